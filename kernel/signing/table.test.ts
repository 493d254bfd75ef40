import { describe, expect, test } from '@jest/globals';
import { sm2PublicKey } from '../crypto/sm2.ts';
import { nonceMemory } from './nonceMemory.ts';
import type {
  CredentialsOf,
  Refusal,
  SignableRequest,
  SigningMoment,
  SigningScheme,
  Verification,
  VerificationMoment,
} from './scheme.ts';
import { SIGNING } from './table.ts';
import type { SigningName } from './table.ts';

// What is true of every row: what it signs it verifies, and what its signature covers cannot be changed.

const NOW_MS = 1_704_067_200_000;
const NONCE = '0123456789abcdef0123456789abcdef';
const PRIVATE_KEY = Buffer.from('3945208f7b2144b13f36e38ac6d39f95889393692860b51a42fb81ef4df7c5b8', 'hex');

const tif = { paasId: 'demo-app', token: 'demo-token' };
const link = { appKey: 'demoKey', appSecret: 'demoSecret', serviceName: 'demoService', serviceKey: 'k1', from: 'district' };
const hmac = { requesterId: 'demo-rid', secret: 'demo-secret' };
const sorted = { source: 'demo', token: 'demo-token' };
const bill = { appId: 'DEMOAPP', key: 'demo-key', region: '441402', deptCode: 'DEMO01' };
const licence = { accessToken: '5f0c7a1e' };
const pool = { appId: 'demo-app', secret: 'demo-secret' };
const signer2 = { caller: 'demo', privateKey: PRIVATE_KEY };
const verifier2 = { caller: 'demo', publicKey: sm2PublicKey(PRIVATE_KEY) };
const agreement4 = { caller: 'demo', key: Buffer.alloc(16, 1), iv: Buffer.alloc(16, 2) };

const plain: SignableRequest = { method: 'POST', path: '/x', query: { page: '1' }, headers: { accept: '*/*' }, body: '{"a":1}' };

/** Knows one caller, by its name or token. */
const only =
  <Credentials>(caller: string, credentials: Credentials): CredentialsOf<Credentials> =>
  (asked) =>
    asked === caller ? credentials : null;

interface Row {
  readonly unsigned: SignableRequest;
  readonly sign: (unsigned: SignableRequest, moment: SigningMoment) => SignableRequest;
  readonly verify: (received: SignableRequest, moment: VerificationMoment) => Promise<Verification<unknown>>;
  /** The same, where nobody is known. */
  readonly verifyForStrangers: (received: SignableRequest, moment: VerificationMoment) => Promise<Verification<unknown>>;
  readonly knows: readonly Refusal[];
  /** Changes that must be seen, by what they give. */
  readonly tampered: readonly (readonly [what: string, change: (signed: SignableRequest) => SignableRequest, reason: Refusal])[];
  /** Changes that the real system does not see either. */
  readonly uncovered: readonly (readonly [what: string, change: (signed: SignableRequest) => SignableRequest])[];
}

const header =
  (name: string, value: string) =>
  (request: SignableRequest): SignableRequest => ({ ...request, headers: { ...request.headers, [name]: value } });
const query =
  (name: string, value: string) =>
  (request: SignableRequest): SignableRequest => ({ ...request, query: { ...request.query, [name]: value } });
const body =
  (change: (body: string) => string) =>
  (request: SignableRequest): SignableRequest => ({ ...request, body: change(request.body) });
const param = (name: string, value: unknown) => (request: SignableRequest) =>
  query('param', JSON.stringify({ ...JSON.parse(request.query['param'] ?? ''), [name]: value }))(request);
const envelope = (name: string, value: unknown) => body((text) => JSON.stringify({ ...JSON.parse(text), [name]: value }));

const gateway = (name: 'tif' | 'rio', prefix: string): Row => ({
  unsigned: header(`${prefix}ext`, '')(header(`${prefix}uinfo`, 'eyJ9')(header(`${prefix}uid`, 'u-0001')(plain))),
  sign: (unsigned, moment) => SIGNING[name].sign(unsigned, tif, moment),
  verify: (received, moment) => SIGNING[name].verify(received, only('demo-app', tif), moment),
  verifyForStrangers: (received, moment) => SIGNING[name].verify(received, only('other', tif), moment),
  knows: ['SKEW', 'REPLAY'],
  tampered: [
    ['no signature', header(`${prefix}signature`, ''), 'MISSING'],
    ['no nonce', header(`${prefix}nonce`, ''), 'MISSING'],
    ['no caller', header(`${prefix}paasid`, ''), 'MISSING'],
    ['a time in milliseconds', header(`${prefix}timestamp`, String(NOW_MS)), 'MISSING'],
    ['another time', header(`${prefix}timestamp`, '1704067201'), 'MISMATCH'],
    ['another nonce', header(`${prefix}nonce`, 'f'.repeat(32)), 'MISMATCH'],
    ['another user', header(`${prefix}uid`, 'u-0002'), 'MISMATCH'],
    ['another profile', header(`${prefix}uinfo`, 'eyJ8'), 'MISMATCH'],
    ['an extension', header(`${prefix}ext`, 'x'), 'MISMATCH'],
    ['no user', header(`${prefix}uid`, ''), 'MISMATCH'],
    ['another signature', header(`${prefix}signature`, '0'.repeat(64)), 'MISMATCH'],
  ],
  uncovered: [
    ['another body', body(() => '{}')],
    ['another query', query('page', '2')],
  ],
});

const electronicBill = (scheme: SigningScheme<typeof bill>): Row => ({
  unsigned: plain,
  sign: (unsigned, moment) => scheme.sign(unsigned, bill, moment),
  verify: (received, moment) => scheme.verify(received, only('DEMOAPP', bill), moment),
  verifyForStrangers: (received, moment) => scheme.verify(received, only('other', bill), moment),
  knows: ['REPLAY'],
  tampered: [
    ['no JSON', body(() => 'data=1'), 'MISSING'],
    ['no noise', envelope('noise', ''), 'MISSING'],
    ['no data', envelope('data', null), 'MISSING'],
    ['data that is no Base64', envelope('data', 'eyJ*'), 'MISSING'],
    ['data that is no text', envelope('data', '/w=='), 'MISSING'],
    ['other data', envelope('data', 'e30='), 'MISMATCH'],
    ['another noise', envelope('noise', 'f'.repeat(32)), 'MISMATCH'],
    ['another version', envelope('version', '2.0'), 'MISMATCH'],
    ['a signature in small letters', body((text) => text.replace(/"sign":"[^"]+"/, (sign) => sign.toLowerCase())), 'MISMATCH'],
    ['no signature', envelope('sign', undefined), 'MISMATCH'],
    ...(scheme.name === 'fiscalBill' ? ([['another region', envelope('region', '441403'), 'MISMATCH']] as const) : []),
  ],
  uncovered: [['another path', (request) => ({ ...request, path: '/y' })]],
});

const ROWS: Readonly<Record<SigningName, Row>> = {
  tif: gateway('tif', 'x-tif-'),
  rio: gateway('rio', 'x-rio-'),
  nationalLink: {
    unsigned: query('param', '{"uniscId":"91441402X00000027X"}')(plain),
    sign: (unsigned, moment) => SIGNING.nationalLink.sign(unsigned, link, moment),
    verify: (received, moment) => SIGNING.nationalLink.verify(received, only('demoKey', link), moment),
    verifyForStrangers: (received, moment) => SIGNING.nationalLink.verify(received, only('other', link), moment),
    knows: ['SKEW'],
    tampered: [
      ['no param', query('param', ''), 'MISSING'],
      ['a param that is a list', query('param', '[]'), 'MISSING'],
      ['no service signature', param('sign', ''), 'MISSING'],
      ['a time that is a number', param('requestTime', NOW_MS), 'MISSING'],
      ['another service time', param('requestTime', String(NOW_MS + 1)), 'MISMATCH'],
      ['another application time', param('zj_ggsjpt_time', String(NOW_MS + 1)), 'MISMATCH'],
      ['another service key', param('key', 'k2'), 'MISMATCH'],
      ['another channel', param('from', 'elsewhere'), 'MISMATCH'],
      ['another service signature', param('sign', '0'.repeat(32)), 'MISMATCH'],
      ['another application signature', param('zj_ggsjpt_sign', '0'.repeat(32)), 'MISMATCH'],
    ],
    uncovered: [['another business field', param('uniscId', '92441402X00000035M')]],
  },
  nationalHmac: {
    unsigned: header('gjgxjhpt_sid', 's_11441402000000_0001')(plain),
    sign: (unsigned, moment) => SIGNING.nationalHmac.sign(unsigned, hmac, moment),
    verify: (received, moment) => SIGNING.nationalHmac.verify(received, only('demo-rid', hmac), moment),
    verifyForStrangers: (received, moment) => SIGNING.nationalHmac.verify(received, only('other', hmac), moment),
    knows: ['SKEW'],
    tampered: [
      ['no signature', header('gjgxjhpt_sign', ''), 'MISSING'],
      ['no service', header('gjgxjhpt_sid', ''), 'MISSING'],
      ['a time in seconds', header('gjgxjhpt_rtime', '1704067200'), 'MISSING'],
      ['another time', header('gjgxjhpt_rtime', String(NOW_MS + 1)), 'MISMATCH'],
      ['another service', header('gjgxjhpt_sid', 's_11441402000000_0002'), 'MISMATCH'],
      ['another signature', header('gjgxjhpt_sign', 'AAAA'), 'MISMATCH'],
    ],
    uncovered: [['another body', body(() => '{}')]],
  },
  sortedSha256: {
    unsigned: plain,
    sign: (unsigned, moment) => SIGNING.sortedSha256.sign(unsigned, sorted, moment),
    verify: (received, moment) => SIGNING.sortedSha256.verify(received, only('demo', sorted), moment),
    verifyForStrangers: (received, moment) => SIGNING.sortedSha256.verify(received, only('other', sorted), moment),
    knows: ['SKEW', 'REPLAY'],
    tampered: [
      ['no signature', query('signature', ''), 'MISSING'],
      ['no nonce', query('nonce', ''), 'MISSING'],
      ['no caller', query('src', ''), 'MISSING'],
      ['a time that is no number', query('timestamp', 'now'), 'MISSING'],
      ['another time', query('timestamp', String(NOW_MS + 1)), 'MISMATCH'],
      ['another nonce', query('nonce', 'f'.repeat(32)), 'MISMATCH'],
      ['another signature', query('signature', '0'.repeat(64)), 'MISMATCH'],
    ],
    uncovered: [['another body', body(() => '{}')]],
  },
  fiscalBill: electronicBill(SIGNING.fiscalBill),
  medicalBill: electronicBill(SIGNING.medicalBill),
  licenceToken: {
    unsigned: plain,
    sign: (unsigned, moment) => SIGNING.licenceToken.sign(unsigned, licence, moment),
    verify: (received, moment) => SIGNING.licenceToken.verify(received, only('5f0c7a1e', licence), moment),
    verifyForStrangers: (received, moment) => SIGNING.licenceToken.verify(received, only('other', licence), moment),
    knows: [],
    tampered: [
      ['no token', query('access_token', ''), 'MISSING'],
      ['another token', query('access_token', '5f0c7a1f'), 'UNKNOWN_CALLER'],
    ],
    uncovered: [['another body', body(() => '{}')]],
  },
  hmacSm3: {
    unsigned: plain,
    sign: (unsigned, moment) => SIGNING.hmacSm3.sign(unsigned, pool, moment),
    verify: (received, moment) => SIGNING.hmacSm3.verify(received, only('demo-app', pool), moment),
    verifyForStrangers: (received, moment) => SIGNING.hmacSm3.verify(received, only('other', pool), moment),
    knows: ['SKEW', 'REPLAY'],
    tampered: [
      ['no signature', header('sign', ''), 'MISSING'],
      ['no nonce', header('nonce', ''), 'MISSING'],
      ['no caller', header('appid', ''), 'MISSING'],
      ['a time in seconds', header('timestamp', '1704067200'), 'MISSING'],
      ['another time', header('timestamp', String(NOW_MS + 1)), 'MISMATCH'],
      ['another nonce', header('nonce', 'f'.repeat(32)), 'MISMATCH'],
      ['another signature', header('sign', 'AAAA'), 'MISMATCH'],
      ['another body', body((text) => `${text} `), 'MISMATCH'],
    ],
    uncovered: [['another path', (request) => ({ ...request, path: '/y' })]],
  },
  sm2Body: {
    unsigned: plain,
    sign: (unsigned, moment) => SIGNING.sm2Body.sign(unsigned, signer2, moment),
    verify: (received, moment) => SIGNING.sm2Body.verify(received, only('demo', verifier2), moment),
    verifyForStrangers: (received, moment) => SIGNING.sm2Body.verify(received, only('other', verifier2), moment),
    knows: [],
    tampered: [
      ['no signature', header('x-sm2-signature', ''), 'MISSING'],
      ['a signature that is no Base64', header('x-sm2-signature', '*'), 'MISSING'],
      ['no caller', header('x-sm2-caller', ''), 'MISSING'],
      ['another signature', header('x-sm2-signature', Buffer.alloc(64, 1).toString('base64')), 'MISMATCH'],
      ['another body', body((text) => `${text} `), 'MISMATCH'],
    ],
    uncovered: [['another path', (request) => ({ ...request, path: '/y' })]],
  },
  sm4Body: {
    unsigned: plain,
    sign: (unsigned, moment) => SIGNING.sm4Body.sign(unsigned, agreement4, moment),
    verify: (received, moment) => SIGNING.sm4Body.verify(received, only('demo', agreement4), moment),
    verifyForStrangers: (received, moment) => SIGNING.sm4Body.verify(received, only('other', agreement4), moment),
    knows: [],
    tampered: [
      ['no body', body(() => ''), 'MISSING'],
      ['no caller', header('x-sm4-caller', ''), 'MISSING'],
      ['a body that is no Base64', body((text) => `*${text}`), 'MISMATCH'],
      ['half a block', body((text) => Buffer.from(text, 'base64').subarray(8).toString('base64')), 'MISMATCH'],
      ['a changed last block', body((text) => Buffer.from(text, 'base64').fill(7, 15).toString('base64')), 'MISMATCH'],
    ],
    uncovered: [['another path', (request) => ({ ...request, path: '/y' })]],
  },
};

const moment: SigningMoment = { nowMs: NOW_MS, nonce: NONCE };
const fresh = (nowMs = NOW_MS): VerificationMoment => ({
  nowMs,
  seenNonce: nonceMemory({ windowMs: 600_000, maximum: 10, now: () => nowMs }),
});
const signed = ({ sign, unsigned }: Row): SignableRequest => sign(unsigned, moment);

test('every row carries the name it has in the table', () => {
  expect(Object.entries(SIGNING).map(([name, scheme]) => [name, scheme.name])).toEqual(
    Object.keys(SIGNING).map((name) => [name, name]),
  );
});

describe.each(Object.entries(ROWS))('%s', (_, row) => {
  test('verifies what it signs and gives the request back', async () => {
    const verdict = await row.verify(signed(row), fresh());
    expect(verdict).toMatchObject({ ok: true, request: { path: '/x', body: row.unsigned.body, headers: row.unsigned.headers } });
  });

  test('leaves the unsigned request as it was', () => {
    const before = structuredClone(row.unsigned);
    expect(signed(row)).not.toEqual(before);
    expect(row.unsigned).toEqual(before);
  });

  test('refuses a caller that nobody knows', async () => {
    expect(await row.verifyForStrangers(signed(row), fresh())).toEqual({ ok: false, reason: 'UNKNOWN_CALLER' });
  });

  test('refuses a request that was never signed', async () => {
    expect(await row.verify({ ...row.unsigned, body: '' }, fresh())).toEqual({ ok: false, reason: 'MISSING' });
  });

  test.each(row.tampered)('with %s: refused', async (_, change, reason) => {
    expect(await row.verify(change(signed(row)), fresh())).toEqual({ ok: false, reason });
  });

  test.each(row.uncovered)('with %s: passes, as in the real system', async (_, change) => {
    expect(await row.verify(change(signed(row)), fresh())).toMatchObject({ ok: true });
  });

  test.each([-1_000_000, 1_000_000])('%i ms from its time: refused if it carries one', async (ms) => {
    const verdict = await row.verify(signed(row), fresh(NOW_MS + ms));
    expect(verdict).toMatchObject(row.knows.includes('SKEW') ? { ok: false, reason: 'SKEW' } : { ok: true });
  });

  test('a second time: refused if it carries a nonce', async () => {
    const memory = fresh();
    expect(await row.verify(signed(row), memory)).toMatchObject({ ok: true });
    const again = await row.verify(signed(row), memory);
    expect(again).toMatchObject(row.knows.includes('REPLAY') ? { ok: false, reason: 'REPLAY' } : { ok: true });
  });

  test('a forged request does not use up the nonce of the genuine one', async () => {
    const memory = fresh();
    for (const [, change] of row.tampered) await row.verify(change(signed(row)), memory);
    expect(await row.verify(signed(row), memory)).toMatchObject({ ok: true });
  });
});
