import { describe, expect, test } from '@jest/globals';
import {
  formatLicenceIdentifier,
  isValidLicenceIdentifier,
  licenceIdentifierCheck,
  parseLicenceIdentifier,
} from './licenceIdentifier.ts';

const parts = { type: '11100000000013338W001', issuer: '11441402X00000019B', serial: '20240000000000000001', version: '001' };
const VALID = '1.2.156.3005.2.11100000000013338W001.11441402X00000019B.20240000000000000001.001.B';

describe('a licence identifier', () => {
  test.each([
    { what: 'version 001', parts, check: 'B' },
    { what: 'version 002', parts: { ...parts, version: '002' }, check: '9' },
    { what: 'a serial with letters', parts: { ...parts, serial: 'A1B2C3D4E5F6G7H8J9K0' }, check: 'O' },
  ])('of $what has the check $check', ({ parts: given, check }) => {
    expect(licenceIdentifierCheck(given)).toBe(check);
    expect(parseLicenceIdentifier(formatLicenceIdentifier(given))).toEqual(given);
    const head = formatLicenceIdentifier(given).slice(0, -1);
    const checks = [...'0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ'].filter((other) => isValidLicenceIdentifier(head + other));
    expect(checks).toEqual([check]);
  });

  test('is written with root, dots and check', () => expect(formatLicenceIdentifier(parts)).toBe(VALID));

  test('may have an issuer that is a division', () => {
    const ofDivision = { ...parts, issuer: '441402', serial: '123456789' };
    expect(parseLicenceIdentifier(formatLicenceIdentifier(ofDivision))).toEqual(ofDivision);
  });

  test.each([
    { what: 'another root', text: VALID.replace('3005', '3006') },
    { what: 'two changed characters', text: VALID.replace('0001.001', '0010.001') },
    { what: 'a version of two digits', text: VALID.replace('.001.B', '.01.B') },
    { what: 'no check', text: VALID.slice(0, -2) },
    { what: 'small letters', text: VALID.replace('W', 'w') },
    { what: 'a space behind', text: `${VALID} ` },
    { what: 'nothing', text: '' },
  ])('with $what is none', ({ text }) => expect(parseLicenceIdentifier(text)).toBeNull());

  test('a part with a dot in it is a mistake', () => {
    expect(() => formatLicenceIdentifier({ ...parts, serial: '2024.1' })).toThrow(RangeError);
  });
});
