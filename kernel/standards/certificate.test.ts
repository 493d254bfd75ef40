import { describe, expect, test } from '@jest/globals';
import { CERTIFICATES, isCertificateType, parsePersonKey, personKeyOf, subjectKeyOf } from './certificate.ts';
import type { CertificateType } from './certificate.ts';
import { identityNumberCheck } from './identityNumber.ts';

const foreign = `9441400${'18800101'}01`;
const FOREIGN_NUMBER = foreign + identityNumberCheck(foreign);

const KEYS: readonly { type: CertificateType; number: string; key: string | null }[] = [
  { type: 'RESIDENT_ID', number: '44140218800101002x', key: 'RESIDENT_ID:44140218800101002X' },
  { type: 'RESIDENT_ID', number: '110105491231002', key: 'RESIDENT_ID:11010519491231002X' },
  { type: 'RESIDENT_ID', number: '441402188001010012', key: null },
  { type: 'RESIDENT_ID', number: FOREIGN_NUMBER, key: null },
  { type: 'HK_MACAO_PERMIT', number: 'h00000000', key: 'HK_MACAO_PERMIT:H00000000' },
  { type: 'HK_MACAO_PERMIT', number: 'M0000000001', key: 'HK_MACAO_PERMIT:M0000000001' },
  { type: 'HK_MACAO_PERMIT', number: 'A00000000', key: null },
  { type: 'TAIWAN_PERMIT', number: '00000000', key: 'TAIWAN_PERMIT:00000000' },
  { type: 'TAIWAN_PERMIT', number: '0000000', key: null },
  { type: 'FOREIGN_PERMANENT_RESIDENT_ID', number: FOREIGN_NUMBER, key: `FOREIGN_PERMANENT_RESIDENT_ID:${FOREIGN_NUMBER}` },
  { type: 'FOREIGN_PERMANENT_RESIDENT_ID', number: 'xxx000000000000', key: 'FOREIGN_PERMANENT_RESIDENT_ID:XXX000000000000' },
  { type: 'FOREIGN_PERMANENT_RESIDENT_ID', number: '900000000000000000', key: null },
  { type: 'PASSPORT', number: 'e00000000', key: 'PASSPORT:E00000000' },
  { type: 'PASSPORT', number: 'E 0000000', key: null },
  { type: 'PASSPORT', number: 'Ｅ00000000', key: null },
  { type: 'USCC', number: '91441402x00000027x', key: 'USCC:91441402X00000027X' },
  { type: 'USCC', number: '91441402X00000027A', key: null },
];

describe('a person key', () => {
  test.each(KEYS)('of $type $number is $key', ({ type, number, key }) => {
    expect(personKeyOf(type, number)).toBe(key);
    if (key !== null) expect(parsePersonKey(key)).toEqual({ type, number: key.slice(type.length + 1) });
  });

  test('every type of the list has a row above that is good and one that is not', () => {
    const types = (good: boolean) => new Set(KEYS.filter(({ key }) => (key !== null) === good).map(({ type }) => type));
    expect(types(true)).toEqual(new Set(Object.keys(CERTIFICATES)));
    expect(types(false)).toEqual(new Set(Object.keys(CERTIFICATES)));
  });

  test.each([
    { what: 'a small x', text: 'RESIDENT_ID:44140218800101002x' },
    { what: '15 digits', text: 'RESIDENT_ID:110105491231002' },
    { what: 'an unknown type', text: 'DRIVER:44140218800101002X' },
    { what: 'a name that every object has', text: 'constructor:1' },
    { what: 'a second colon', text: 'PASSPORT:E00000000:1' },
    { what: 'no type', text: '44140218800101002X' },
    { what: 'nothing', text: '' },
  ])('with $what is none', ({ text }) => expect(parsePersonKey(text)).toBeNull());

  test('types are told from other texts', () => {
    expect(['USCC', 'uscc', 'toString'].map(isCertificateType)).toEqual([true, false, false]);
  });
});

test('the key of whom something is about is a person key, and of an organisation its code alone', () => {
  expect(subjectKeyOf({ type: 'PASSPORT', number: 'E00000000' })).toBe('PASSPORT:E00000000');
  expect(subjectKeyOf({ type: 'USCC', number: '91441402X00000027X' })).toBe('91441402X00000027X');
});
