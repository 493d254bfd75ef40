import { X509Certificate } from 'node:crypto';
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { generalizedTime, integer as integerOf, objectId, printable, sequenceOf, utcTime } from '../../sandbox/encode.ts';
import { issue, sandboxInstitutions } from '../../sandbox/identities.ts';
import { isIssuedBy, readCertificate } from './certificate.ts';
import { derLength, encodeDer, integer, Malformed, oid, readDer, sequence, TAG, text, time } from './der.ts';

const hex = (written: string): Buffer => Buffer.from(written.replaceAll(' ', ''), 'hex');

/** A SEQUENCE so many levels deep. */
const nested = (levels: number): Buffer => {
  let bytes: Buffer = Buffer.alloc(0);
  for (let level = 0; level < levels; level += 1) bytes = encodeDer(TAG.SEQUENCE, bytes);
  return bytes;
};

describe('reading', () => {
  test.each([
    { what: 'a sequence of two numbers', bytes: hex('30 06 02 01 05 02 01 7f') },
    { what: 'a long form of length', bytes: encodeDer(TAG.OCTET_STRING, Buffer.alloc(300)) },
    { what: 'twenty levels', bytes: nested(20) },
    { what: 'a negative number', bytes: hex('02 01 ff') },
    { what: 'true', bytes: hex('01 01 ff') },
    { what: 'bits with a rest', bytes: hex('03 02 01 06') },
    { what: 'no bits at all', bytes: hex('03 01 00') },
    { what: 'NULL', bytes: hex('05 00') },
    { what: 'UTF-8', bytes: encodeDer(TAG.UTF8, Buffer.from('梅江𬭎')) },
    { what: 'a leap day', bytes: encodeDer(TAG.GENERALIZED_TIME, Buffer.from('20240229235959Z')) },
  ])('takes $what, and writes it the same way', ({ bytes }) => {
    const node = readDer(bytes);
    expect(node.bytes.equals(bytes)).toBe(true);
    expect(encodeDer(node.tag, node.content).equals(bytes)).toBe(true);
  });

  test.each([
    { what: 'nothing', bytes: Buffer.alloc(0) },
    { what: 'a tag without a length', bytes: hex('30') },
    { what: 'less than its length', bytes: hex('04 05 01 02') },
    { what: 'more than its length', bytes: hex('04 01 01 00') },
    { what: 'an indefinite length', bytes: hex('30 80 00 00') },
    { what: 'a long length that would be short', bytes: hex('04 81 01 00') },
    { what: 'a length with a leading zero', bytes: Buffer.concat([hex('04 82 00 80'), Buffer.alloc(128)]) },
    { what: 'a length of four octets', bytes: hex('04 84 7f ff ff ff') },
    { what: 'twenty-two levels', bytes: nested(22) },
    { what: 'five thousand levels', bytes: nested(5_000) },
    { what: 'ten thousand and two values', bytes: encodeDer(TAG.SEQUENCE, Buffer.from('0500'.repeat(10_001), 'hex')) },
    { what: 'more than 4 MiB', bytes: encodeDer(TAG.OCTET_STRING, Buffer.alloc(4 * 1024 * 1024)) },
    { what: 'a number without content', bytes: hex('02 00') },
    { what: 'a number with a leading zero', bytes: hex('02 02 00 01') },
    { what: 'a number with a leading FF', bytes: hex('02 02 ff ff') },
    { what: 'a truth of 01', bytes: hex('01 01 01') },
    { what: 'a truth of two bytes', bytes: hex('01 02 ff ff') },
    { what: 'NULL with content', bytes: hex('05 01 00') },
    { what: 'bits without their count', bytes: hex('03 00') },
    { what: 'eight bits that do not count', bytes: hex('03 02 08 00') },
    { what: 'a rest that is not zero', bytes: hex('03 02 01 07') },
    { what: 'an identifier that does not end', bytes: hex('06 02 2a 86') },
    { what: 'an identifier with an empty group', bytes: hex('06 03 2a 80 01') },
    { what: 'an empty identifier', bytes: hex('06 00') },
    { what: 'text that is no UTF-8', bytes: hex('0c 01 ff') },
    { what: 'printable text with an asterisk', bytes: hex('13 01 2a') },
    { what: 'IA5 text above 7F', bytes: hex('16 01 80') },
    { what: 'a string in parts', bytes: hex('24 03 04 01 00') },
    { what: 'a sequence that is primitive', bytes: hex('10 00') },
    { what: 'a tag of two octets', bytes: hex('1f 20 00') },
    { what: 'a private type', bytes: hex('c1 00') },
    { what: 'a real number', bytes: hex('09 00') },
    { what: '30 February', bytes: encodeDer(TAG.GENERALIZED_TIME, Buffer.from('20240230000000Z')) },
    { what: 'a time with an offset', bytes: encodeDer(TAG.GENERALIZED_TIME, Buffer.from('20240501080000+0800')) },
    { what: 'a time without seconds', bytes: encodeDer(TAG.UTC_TIME, Buffer.from('2405010800Z')) },
    { what: 'a time with full-width digits', bytes: encodeDer(TAG.UTC_TIME, Buffer.from('２４0501080000Z')) },
  ])('refuses $what', ({ bytes }) => {
    expect(() => readDer(bytes)).toThrow(Malformed);
  });

  test('any bytes are either read whole or refused, never anything else', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
        try {
          const node = readDer(bytes);
          expect(node.bytes.equals(bytes)).toBe(true);
        } catch (thrown) {
          expect(thrown).toBeInstanceOf(Malformed);
        }
      }),
    );
  });

  test('values come out as they went in', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 2 ** 31 - 1 }),
        fc.date({ min: new Date(0), max: new Date(2_524_607_999_000), noInvalidDate: true }),
        (value, date) => {
          const seconds = Math.floor(date.getTime() / 1000) * 1000;
          const [number, short, long] = sequence(
            readDer(sequenceOf(integerOf(value), utcTime(seconds), generalizedTime(seconds))),
            'three',
            3,
          );
          expect(integer(number, 'number')).toBe(value);
          expect([time(short, 'short'), time(long, 'long')]).toEqual([seconds, seconds]);
        },
      ),
    );
  });

  test.each(['1.2.156.10197.1.501', '2.5.4.3', '1.3.6.1.5.5.7.3.8', '2.16.840.1.113730.1.1', '0.9.2342'])(
    'identifier %s',
    (dotted) => {
      expect(oid(readDer(objectId(dotted)), 'identifier')).toBe(dotted);
    },
  );

  test('a value of another type is refused by name', () => {
    const node = readDer(printable('text'));
    expect(text(node, 'a text')).toBe('text');
    expect(() => integer(node, 'a number')).toThrow('Expected a number');
    expect(() => text(node, 'a text', TAG.IA5)).toThrow(Malformed);
    expect(() => integer(readDer(hex('02 05 01 00 00 00 00')), 'a number')).toThrow(Malformed);
  });

  test('a value in a space that is filled up', () => {
    expect(derLength(hex('04 02 01 02 00 00'))).toBe(4);
    expect(() => derLength(hex('04 09 01'))).toThrow(Malformed);
  });
});

describe('a certificate', () => {
  const { authority, sealMaker, timestamper } = sandboxInstitutions();
  const company = issue({
    commonName: '示例公司',
    uscc: '91441402X00000027X',
    usage: 'SIGNING',
    serial: 0xfedcba,
    issuer: authority,
    notBeforeMs: Date.UTC(2024, 0, 1),
    notAfterMs: Date.UTC(2024, 11, 31),
  });

  test('is read as another implementation reads it', () => {
    const other = new X509Certificate(company.certificate);
    const ours = readCertificate(company.certificate);
    expect(ours).toMatchObject({
      commonName: '示例公司',
      uscc: '91441402X00000027X',
      maySign: true,
      mayCertify: false,
      mayStampTime: false,
    });
    expect(other.subject).toContain('CN=示例公司');
    expect(ours.serial).toBe(`00${other.serialNumber}`);
    expect([ours.notBeforeMs, ours.notAfterMs]).toEqual([Date.parse(other.validFrom), Date.parse(other.validTo)]);
    expect(new X509Certificate(authority.certificate).ca).toBe(true);
  });

  test('says what its key is for', () => {
    expect(readCertificate(authority.certificate)).toMatchObject({ mayCertify: true, mayStampTime: false, uscc: null });
    expect(readCertificate(timestamper.certificate)).toMatchObject({ mayCertify: false, mayStampTime: true });
  });

  test('is issued by its authority and by nobody else', () => {
    const certificate = readCertificate(company.certificate);
    expect(isIssuedBy(certificate, readCertificate(authority.certificate))).toBe(true);
    expect(isIssuedBy(certificate, readCertificate(sealMaker.certificate))).toBe(false);
    const child = issue({ commonName: 'child', usage: 'SIGNING', serial: 5, issuer: company });
    expect(isIssuedBy(readCertificate(child.certificate), certificate)).toBe(false); // signed by its key, but that may not issue
  });

  test.each([
    { what: 'another type of key', from: '06082a811ccf5501822d', to: '06082a8648ce3d030107' },
    { what: 'another algorithm', from: '300a06082a811ccf55018375', to: '300a06082a811ccf55018376' },
    { what: 'version 1', from: 'a003020102', to: 'a003020100' },
    { what: 'a critical extension that nobody knows', from: '0603551d0f0101ff', to: '0603551d410101ff' },
  ])('is refused with $what', ({ from, to }) => {
    const written = company.certificate.toString('hex');
    expect(written).toContain(from);
    expect(() => readCertificate(hex(written.replace(from, to)))).toThrow(Malformed);
  });

  test('names no organisation by an old or a wrong code', () => {
    const withCode = (uscc: string) =>
      readCertificate(issue({ commonName: 'old', uscc, usage: 'SIGNING', serial: 6, issuer: authority }).certificate);
    expect(withCode('X00000027').uscc).toBeNull();
    expect(withCode('91441402X00000027A').uscc).toBeNull();
    expect(withCode('91441402X00000027X').uscc).toBe('91441402X00000027X');
  });
});
