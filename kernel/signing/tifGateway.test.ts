import { describe, expect, test } from '@jest/globals';
import type { SignableRequest } from './scheme.ts';
import { tifGateway } from './tifGateway.ts';

const NOW_MS = 1_704_067_200_000;
const credentials = { paasId: 'demo-app', token: 'demo-token' };
const call: SignableRequest = { method: 'GET', path: '/ebus/demo', query: {}, headers: {}, body: '' };
const USER = { 'x-tif-uid': 'u-0001', 'x-tif-uinfo': 'eyJuYW1lIjoidGVzdCJ9', 'x-tif-ext': '' };
const SHORT = '1D772480EBB733F92F97E6B7A6E88CB72629CD100C67EBDED450321DF6918D05';
const LONG = 'F346786A867F8DCB21A1523176F7FF064913C1FB2635D0EB40D69394D4C6E98F';

const scheme = tifGateway('tif', 'x-tif-');
const sign = (headers: Record<string, string> = {}): SignableRequest =>
  scheme.sign({ ...call, headers }, credentials, { nowMs: NOW_MS, nonce: 'abc123' });
const verify = (received: SignableRequest, nowMs = NOW_MS) =>
  scheme.verify(received, () => credentials, { nowMs, seenNonce: () => false });
const withHeaders = (received: SignableRequest, headers: Record<string, string>): SignableRequest => ({
  ...received,
  headers: { ...received.headers, ...headers },
});

describe('the gateway recipe', () => {
  test('short form, without a user', () => {
    expect(sign().headers).toEqual({
      'x-tif-paasid': 'demo-app',
      'x-tif-timestamp': '1704067200',
      'x-tif-nonce': 'abc123',
      'x-tif-signature': SHORT,
    });
  });

  test('long form, with a user', () => expect(sign(USER).headers).toMatchObject({ ...USER, 'x-tif-signature': LONG }));

  test('an empty uid gives the short form whatever else is said of the user', () => {
    expect(sign({ ...USER, 'x-tif-uid': '' }).headers['x-tif-signature']).toBe(SHORT);
  });

  test('the prefix of test gateways', () => {
    const { headers } = tifGateway('rio', 'x-rio-').sign(call, credentials, { nowMs: NOW_MS, nonce: 'abc123' });
    expect(headers).toMatchObject({ 'x-rio-paasid': 'demo-app', 'x-rio-signature': SHORT });
  });
});

describe('the gateway accepts', () => {
  test('a signature in small letters', async () => {
    expect(await verify(withHeaders(sign(), { 'x-tif-signature': SHORT.toLowerCase() }))).toMatchObject({ ok: true });
  });

  test.each([
    { seconds: -181, reason: 'SKEW' },
    { seconds: -180, reason: null },
    { seconds: 180, reason: null },
    { seconds: 181, reason: 'SKEW' },
  ])('a clock $seconds s away: $reason', async ({ seconds, reason }) => {
    const verdict = await verify(sign(), NOW_MS + seconds * 1000);
    expect(verdict).toMatchObject(reason === null ? { ok: true } : { ok: false, reason });
  });
});

describe('nothing uncovered passes for a user', () => {
  test('what was added to the short form is taken off', async () => {
    const verdict = await verify(withHeaders(sign(), { 'x-tif-uinfo': 'forged', 'x-tif-ext': 'forged' }));
    expect(verdict).toMatchObject({ ok: true });
    expect(verdict.ok && Object.keys(verdict.request.headers)).toEqual(Object.keys(sign().headers));
  });

  test('a user of the long form stays', async () => {
    expect(await verify(sign(USER))).toMatchObject({ ok: true, request: { headers: USER } });
  });

  test.each([
    {
      what: 'as a short form under a longer nonce',
      headers: { 'x-tif-nonce': 'abc123,u-0001,eyJuYW1lIjoidGVzdCJ9,', 'x-tif-uid': '' },
    },
    { what: 'with the comma inside the uid', headers: { 'x-tif-uid': 'u-0001,eyJuYW1lIjoidGVzdCJ9', 'x-tif-uinfo': '' } },
  ])('a long form $what is refused', async ({ headers }) => {
    expect(await verify(withHeaders(sign(USER), headers))).toEqual({ ok: false, reason: 'MISMATCH' });
  });
});
