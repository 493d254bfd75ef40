import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { faceData, faceFieldOf } from './faceData.ts';

const valuesOf = (document: string) => Object.fromEntries(faceData(document, 'face').map(({ key, value }) => [key, value]));

test.each([
  { when: 'JSON', document: '{"ZZMC":"结婚证","FZRQ":"2012-02-14"}', values: { name: '结婚证', issuedOn: '2012-02-14' } },
  { when: 'single quotes', document: "{'ZZMC':'结婚证','XB':'男'}", values: { name: '结婚证', sex: '男' } },
  {
    when: 'both kinds of quotes',
    document: `{'ZJCX':'C1"自动"',"ZY":"O'Neill"}`,
    values: { vehicleClass: 'C1"自动"', major: "O'Neill" },
  },
  { when: 'an escaped quote', document: String.raw`{'ZY':'driver\'s'}`, values: { major: "driver's" } },
  { when: 'the usual spelling of the first day', document: '{"YXQQSRQ":"20200102"}', values: { validFrom: '2020-01-02' } },
  { when: 'the other spelling of the first day', document: '{"YXQKSRQ":"2020/1/2"}', values: { validFrom: '2020-01-02' } },
  { when: 'a far-future last day', document: '{"YXQJSRQ":"2099-12-31"}', values: { validUntil: '长期' } },
  { when: 'an ordinary last day', document: '{"YXQJSRQ":"2031-05-30 00:00:00"}', values: { validUntil: '2031-05-30' } },
  { when: 'a date that is none', document: '{"FZRQ":"不详"}', values: { issuedOn: '不详' } },
  { when: 'an identity number', document: '{"CYRSFZJHM":"11010519491231002X"}', values: { holderNumber: '110105**********2X' } },
  {
    when: 'an identity number inside a text',
    document: '{"HZ_XM":"张三 11010519491231002x"}',
    values: { headOfHousehold: '张三 110105**********2x' },
  },
  { when: 'a number written as one', document: '{"YHZGXDM":1}', values: { relationToHead: '1' } },
  { when: 'absent values', document: '{"XB":"","MZ":null,"ZY":"null"}', values: {} },
  {
    when: 'a photograph and keys that nobody described',
    document: '{"ZP":{"file_data":"AAAA"},"ABCD":"x","constructor":"x"}',
    values: {},
  },
])('$when', ({ document, values }) => {
  expect(valuesOf(document)).toEqual(values);
});

test.each([
  { when: 'a bare text', document: '结婚证' },
  { when: 'a list', document: '["ZZMC"]' },
  { when: 'half a document', document: "{'ZZMC':'结婚" },
  { when: 'an object where a text belongs', document: '{"ZZMC":{"file_data":"AAAA"}}' },
  { when: 'a document without end', document: `{"ZZMC":"${'x'.repeat(300_000)}"}` },
])('$when is UPSTREAM_INVALID', ({ document }) => {
  expect(() => faceData(document, 'face')).toThrow(expect.objectContaining({ code: 'UPSTREAM_INVALID' }));
});

describe('any text survives single quotes', () => {
  const text = fc
    .string({ minLength: 1, unit: 'binary' })
    .filter((value) => value.trim() !== '' && value !== 'null' && !/[\\\d]|\p{Cc}/u.test(value));

  test('as it would survive JSON', () => {
    fc.assert(
      fc.property(text, (value) => {
        const document = `{'ZY':'${value.replaceAll("'", String.raw`\'`)}'}`;
        expect(valuesOf(document)).toEqual(valuesOf(JSON.stringify({ ZY: value })));
        expect(valuesOf(document)).toEqual({ major: value });
      }),
      { numRuns: 300, seed: 36_905 },
    );
  });
});

test('our keys lead back to one name of theirs, the usual spelling first', () => {
  expect(['name', 'validFrom', 'holderNumber', 'photo', 'constructor'].map(faceFieldOf)).toEqual([
    'ZZMC',
    'YXQQSRQ',
    'CYRSFZJHM',
    null,
    null,
  ]);
});
