import { expect, test } from '@jest/globals';
import { signer } from './scheme.ts';
import { SIGNING } from './table.ts';

const moment = { nowMs: 1_704_067_200_000, nonce: 'abc123' };
const sign = signer(SIGNING.licenceToken, { accessToken: 't' });

test('a bound scheme signs a call of the client and keeps what it does not know', () => {
  expect(sign({ method: 'GET', path: '/x', safe: true, query: { a: '1' } }, moment)).toEqual({
    method: 'GET',
    path: '/x',
    safe: true,
    query: { a: '1', access_token: 't' },
    headers: {},
  });
});

test('a body stays, also an empty one', () => {
  expect(sign({ method: 'POST', path: '/x', body: '{}' }, moment).body).toBe('{}');
  expect(sign({ method: 'POST', path: '/x', body: '' }, moment).body).toBe('');
  expect(sign({ method: 'POST', path: '/x' }, moment)).toMatchObject({ body: undefined });
});
