import { expect, test } from '@jest/globals';
import { sortedSha256 } from './sortedSha256.ts';

test('payment notices carry SHA-256 over token, timestamp and nonce in dictionary order', () => {
  const { query } = sortedSha256().sign(
    { method: 'POST', path: '/notice', query: {}, headers: {}, body: '{}' },
    { source: 'iCity', token: 'demo-token' },
    { nowMs: 1_704_067_200_000, nonce: '0123456789abcdef0123456789abcdef' },
  );
  expect(query).toEqual({
    timestamp: '1704067200000',
    nonce: '0123456789abcdef0123456789abcdef',
    signature: '37be1186f6ea5f81b0329bff52788674d9837e4c82b4b65cd03038be3b397d1b',
    src: 'iCity',
  });
});
