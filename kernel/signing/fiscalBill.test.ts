import { expect, test } from '@jest/globals';
import { fiscalBill, medicalBill } from './fiscalBill.ts';

const NOISE = '0123456789abcdef0123456789abcdef';
const unsigned = {
  method: 'POST',
  path: '/standard-web/api/standard/invoiceEBill',
  query: {},
  headers: {},
  body: '{"busNo":"DEMO0001"}',
};
const moment = { nowMs: 0, nonce: NOISE };
const sealed = { appid: 'DEMOAPP', data: 'eyJidXNObyI6IkRFTU8wMDAxIn0=', noise: NOISE, version: '1.0' };

test('the unit’s envelope names region and department', () => {
  const { body } = fiscalBill().sign(
    unsigned,
    { appId: 'DEMOAPP', key: 'demo-key', region: '441402', deptCode: 'DEMO01' },
    moment,
  );
  expect(JSON.parse(body)).toEqual({ ...sealed, region: '441402', deptcode: 'DEMO01', sign: '33F616ADAAC9D2E62B2FF7CECC007B0D' });
});

test('the hospital’s envelope does not', () => {
  const { body } = medicalBill().sign(unsigned, { appId: 'DEMOAPP', key: 'demo-key' }, moment);
  expect(JSON.parse(body)).toEqual({ ...sealed, sign: '994392C08CAB38E259D2B4C02ABDB94D' });
});

test('one variant does not pass for the other', async () => {
  const credentials = { appId: 'DEMOAPP', key: 'demo-key', region: '441402', deptCode: 'DEMO01' };
  const received = medicalBill().sign(unsigned, credentials, moment);
  const world = { nowMs: 0, seenNonce: () => false };
  expect(await medicalBill().verify(received, () => credentials, world)).toMatchObject({ ok: true });
  expect(await fiscalBill().verify(received, () => credentials, world)).toEqual({ ok: false, reason: 'MISMATCH' });
});
