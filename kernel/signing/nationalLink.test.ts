import { expect, test } from '@jest/globals';
import { nationalLink } from './nationalLink.ts';

const credentials = {
  appKey: 'demoKey',
  appSecret: 'demoSecret',
  serviceName: 'demoService',
  serviceKey: 'k1',
  from: 'district',
};
const call = { method: 'GET', path: '/jimps/link.do', headers: {}, body: '' };
const moment = { nowMs: 1_704_067_200_000, nonce: '' };

test('the link form carries the business fields, two times and two MD5 signatures', () => {
  const { query } = nationalLink().sign({ ...call, query: { param: '{"companyName":"梅江示例"}' } }, credentials, moment);
  expect(JSON.parse(query['param'] ?? '')).toEqual({
    companyName: '梅江示例',
    from: 'district',
    key: 'k1',
    requestTime: '1704067200000',
    sign: 'c8ed1f8882b90cfdf9890c65a9a19997',
    zj_ggsjpt_app_key: 'demoKey',
    zj_ggsjpt_time: '1704067200000',
    zj_ggsjpt_sign: '823ed4935ae6a039f762c0321ca1349d',
  });
});

test('business fields that are no JSON object are told to the developer', () => {
  expect(() => nationalLink().sign({ ...call, query: { param: '[1]' } }, credentials, moment)).toThrow(TypeError);
  expect(nationalLink().sign({ ...call, query: {} }, credentials, moment).query['param']).toContain('"requestTime"');
});
