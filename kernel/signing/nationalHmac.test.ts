import { expect, test } from '@jest/globals';
import { nationalHmac } from './nationalHmac.ts';

const credentials = { requesterId: 'demo-rid', secret: 'demo-secret' };
const call = { method: 'POST', path: '/httpproxy', query: {}, body: '' };
const moment = { nowMs: 1_704_067_200_000, nonce: '' };

test('the sharing platform takes Base64 of HMAC-SHA256 in its headers', () => {
  const { headers } = nationalHmac().sign({ ...call, headers: { gjgxjhpt_sid: 's_11441402000000_0001' } }, credentials, moment);
  expect(headers).toEqual({
    gjgxjhpt_sid: 's_11441402000000_0001',
    gjgxjhpt_rid: 'demo-rid',
    gjgxjhpt_rtime: '1704067200000',
    gjgxjhpt_sign: 'v68i7WFwh/kmoVC+xZfNjcM2NFu1/TZrNjqj4xXW5+g=',
  });
});

test('a call that names no service is told to the developer', () => {
  expect(() => nationalHmac().sign({ ...call, headers: {} }, credentials, moment)).toThrow(TypeError);
});
