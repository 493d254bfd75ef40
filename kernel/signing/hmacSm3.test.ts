import { expect, test } from '@jest/globals';
import { hmacSm3 } from './hmacSm3.ts';

test('calls of the crypto pool carry an HMAC with SM3 over application, time, nonce and body', () => {
  const { headers } = hmacSm3().sign(
    { method: 'POST', path: '/ccs/api/v1/hash', query: {}, headers: {}, body: '{}' },
    { appId: 'demo-app', secret: 'demo-secret' },
    { nowMs: 1_704_067_200_000, nonce: '0123456789abcdef0123456789abcdef' },
  );
  expect(headers).toEqual({
    appid: 'demo-app',
    timestamp: '1704067200000',
    nonce: '0123456789abcdef0123456789abcdef',
    // printf 'demo-app\n1704067200000\n0123456789abcdef0123456789abcdef\n{}' | openssl dgst -sm3 -hmac demo-secret -binary | base64
    sign: '+OGh0uWhh0c4y9fKnv/oxQAeyI0oFw5DPUcBYyhJJ0Y=',
  });
});
