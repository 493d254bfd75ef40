import { describe, expect, test } from '@jest/globals';
import { implementingCode } from './itemCodes.ts';
import { certificateOf, writtenForms } from './certificates.ts';
import { TABLES } from './tables.ts';

const parse = (table: string, row: Readonly<Record<string, string | null>>) => TABLES[table]?.parse({ SQRLX: '1', ...row });

describe('codes', () => {
  test.each([
    ...Object.entries({ '1': 'PERSON', '2': 'ENTERPRISE', '3': 'OTHER' }).map(([code, kind]) => ({
      table: 'EX_GDBS_SB',
      row: { SQRLX: code },
      told: { applicant: { kind } },
    })),
    ...Object.entries({ '0': 'PC', '1': 'APP', '2': 'WAP', '3': 'OFFICIAL_ACCOUNT', '4': 'ALIPAY', '9': 'OTHER' }).map(
      ([code, channel]) => ({ table: 'EX_GDBS_SB', row: { WSSBQD: code }, told: { channel } }),
    ),
    ...Object.entries({ '0': 'ORIGINAL', '1': 'COPY', '2': 'ELECTRONIC' }).map(([code, kind]) => ({
      table: 'EX_GDBS_SBCL',
      row: { CLLX: code },
      told: { material: { kind } },
    })),
    ...Object.entries({ '0': false, '1': true }).map(([code, electronic]) => ({
      table: 'EX_GDBS_SBCL',
      row: { WJLX: code },
      told: { material: { electronic } },
    })),
    ...Object.entries({ '1': 'ACCEPTED', '2': 'REFUSED', '3': 'SUPPLEMENT' }).map(([code, outcome]) => ({
      table: 'EX_GDBS_WSYSL',
      row: { YSLZTDM: code },
      told: { outcome },
    })),
    ...Object.entries({ '1': 'ACCEPTED', '2': 'REFUSED', '3': 'SUPPLEMENT', '4': 'REFUSED' }).map(([code, outcome]) => ({
      table: 'EX_GDBS_SL',
      row: { SLZTDM: code },
      told: { outcome },
    })),
    ...Object.entries({ '1': 'HANDLING', '2': 'CHECKING', '3': 'APPROVAL', '7': 'OTHER_REVIEW' }).map(([code, stage]) => ({
      table: 'EX_GDBS_SPCL',
      row: { SPHJDM: code },
      told: { stage },
    })),
    ...Object.entries({ A: 'EXTENSION', B: 'STATUTORY_PROCEDURE' }).map(([code, procedure]) => ({
      table: 'EX_GDBS_TBCXSQ',
      row: { TBCXZL: code },
      told: { procedure },
    })),
    ...Object.entries({
      '0': 'CERTIFIED',
      '1': 'RETURNED',
      '2': 'VOIDED',
      '3': 'DELETED',
      '4': 'FORWARDED',
      '5': 'SUPPLEMENT_MISSING',
      '6': 'COMPLETED',
    }).map(([code, outcome]) => ({ table: 'EX_GDBS_BJ', row: { BJJGDM: code }, told: { decision: { outcome } } })),
  ])('$table $row says $told', ({ table, row, told }) => {
    expect(parse(table, row)).toMatchObject(told);
  });

  test.each([
    { table: 'EX_GDBS_SB', row: { SQRLX: '8' } },
    { table: 'EX_GDBS_SB', row: { WSSBQD: '7' } },
    { table: 'EX_GDBS_SL', row: { SLZTDM: '9' } },
    { table: 'EX_GDBS_SL', row: { SLZTDM: null } },
    { table: 'EX_GDBS_TBCXSQ', row: { TBCXZL: 'C' } },
    { table: 'EX_GDBS_BJ', row: { BJJGDM: '7' } },
    { table: 'EX_GDBS_BJ', row: { BJJGDM: '0', SFJE: '十元' } },
    { table: 'EX_GDBS_SL', row: { SLZTDM: '1', GDBLSX: '-5', GDBLSXDDW: 'G' } },
    { table: 'EX_GDBS_SB', row: { SBSJ: '2024-13-01 09:00:00' } },
    { table: 'EX_GDBS_SBCL', row: { ATTACH_SIGN: 'not a digest' } },
    { table: 'EX_GDBS_SB', row: { SXMC: '\uFFFD\uFFFD' } },
  ])('$table $row is not understood', ({ table, row }) => {
    expect(() => parse(table, row)).toThrow(expect.objectContaining({ code: 'UPSTREAM_INVALID' }));
  });
});

describe('texts', () => {
  test.each([
    { written: '2024-05-06 09:12:31', at: '2024-05-06T09:12:31+08:00' },
    { written: '2024-5-6 9:12:31', at: '2024-05-06T09:12:31+08:00' },
    { written: '20240506091231', at: '2024-05-06T09:12:31+08:00' },
    { written: '2024-05-06', at: '2024-05-06T00:00:00+08:00' },
    { written: null, at: null },
    { written: 'null', at: null },
  ])('the time $written is $at', ({ written, at }) => {
    expect(parse('EX_GDBS_SB', { SBSJ: written })).toMatchObject({ at });
  });

  test.each(['无', '-', 'null', '', null])('an opinion of %p is none', (written) => {
    expect(parse('EX_GDBS_SPCL', { SPYJ: written })).toMatchObject({ opinion: null });
  });

  test.each([
    { row: { VERSION: null }, told: { version: 1, isWithdrawn: false } },
    { row: { VERSION: '12', cd_operation: 'U' }, told: { version: 12, isWithdrawn: false } },
    { row: { cd_operation: 'D' }, told: { isWithdrawn: true } },
    { row: { D_ZZJGDM: 'X00001038' }, told: { department: { code: 'X00001038' } } },
    { row: { D_ZZJGDM: 'X0000103-8' }, told: { department: { code: 'X00001038' } } },
    { row: { D_ZZJGDM: '11441402X00001038H' }, told: { department: { code: 'X00001038' } } },
    { row: { D_ZZJGDM: 'X00001039' }, told: { department: { code: null } } },
    { row: { XZQHDM: '441402' }, told: { divisionCode: '441402000000' } },
    { row: { XZQHDM: '441402006' }, told: { divisionCode: '441402006000' } },
    { row: { SXMC: '转移\t登记' }, told: { itemName: '转移 登记' } },
    { row: { YSBLSH: '无' }, told: { previousNumber: null } },
  ])('$row says $told', ({ row, told }) => {
    expect(parse('EX_GDBS_SB', row)).toMatchObject(told);
  });

  test.each([
    { row: { SFJE: '1,200.50', JEDWDM: 'CNY' }, feeFen: 120_050 },
    { row: { SFJE: '80', JEDWDM: null }, feeFen: 8_000 },
    { row: { SFJE: '3', JEDWDM: '万元' }, feeFen: null },
    { row: {}, feeFen: null },
  ])('the fee $row is $feeFen fen', ({ row, feeFen }) => {
    expect(parse('EX_GDBS_BJ', { BJJGDM: '0', ...row })).toMatchObject({ decision: { feeFen } });
  });

  test.each([
    { unit: 'G', days: 20 },
    { unit: 'Z', days: null },
    { unit: null, days: null },
  ])('a promise of 20 in the unit $unit is $days working days', ({ unit, days }) => {
    expect(parse('EX_GDBS_SL', { SLZTDM: '1', GDBLSX: '20', GDBLSXDDW: unit })).toMatchObject({ promisedWorkingDays: days });
  });
});

describe('certificates', () => {
  test.each(['10', '01', '111'])('the type code %s is an identity card', (code) => {
    expect(certificateOf(code, '11010519491231002x')).toEqual({ type: 'RESIDENT_ID', number: '11010519491231002X' });
  });

  test.each([
    { code: '10', number: '110105194912310021' },
    { code: '99', number: '11010519491231002X' },
    { code: null, number: '11010519491231002X' },
    { code: '49', number: '91350100M000100Y44' },
  ])('$code $number is nobody', ({ code, number }) => {
    expect(certificateOf(code, number)).toBeNull();
  });

  test('is looked up in every form in which it may stand', () => {
    const forms = writtenForms({ type: 'RESIDENT_ID', number: '11010519491231002X' }).map(
      ({ typeCode, number }) => `${typeCode} ${number}`,
    );
    expect(forms).toHaveLength(9);
    expect(forms).toEqual(expect.arrayContaining(['10 11010519491231002X', '01 11010519491231002x', '111 110105491231002']));
    expect(writtenForms({ type: 'RESIDENT_ID', number: '441490200103080202' })).toHaveLength(3);
    expect(writtenForms({ type: 'USCC', number: '91350100M000100Y43' })).toContainEqual({
      typeCode: '49',
      number: '91350100M000100Y43',
    });
  });
});

test.each([
  { written: '11441402X00001038H4440731002000', code: '11441402X00001038H4440731002000' },
  { written: '11441402X00001038H444073100200001', code: '11441402X00001038H4440731002000' },
  { written: '00000103800000000002441402', code: '11441402X00001038H4440731002000' },
  { written: '00000999900000000002441402', code: null },
  { written: '', code: null },
])('the item code $written is $code', ({ written, code }) => {
  expect(implementingCode(written)).toBe(code);
});
