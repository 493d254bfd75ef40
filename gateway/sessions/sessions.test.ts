import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { exportJWK, generateKeyPair, importJWK, SignJWT, type JWK } from 'jose';
import { manualClock } from '../../kernel/clock.ts';
import { callerOf } from '../../kernel/sandbox/harness.ts';
import { openState, type State } from '../../kernel/state.ts';
import { openSessions } from './sessions.ts';

const START_MS = 1_704_067_200_000;
const HOUR_MS = 60 * 60_000;

describe('sessions', () => {
  let state: State;
  beforeEach(() => {
    state = openState({ dataDir: null, databaseUrl: null });
  });
  afterEach(() => state.close());

  test('give the caller back to his token for an hour, and not longer', async () => {
    const clock = manualClock(START_MS);
    const sessions = await openSessions(state, clock.now);
    const caller = callerOf('citizen-l2');
    const token = await sessions.issue(caller);
    clock.advance(HOUR_MS - 1_000);
    await expect(sessions.callerOf(token)).resolves.toEqual(caller);
    clock.advance(1_000);
    await expect(sessions.callerOf(token)).rejects.toMatchObject({ code: 'UNAUTHENTICATED' });
  });

  test('that are gone open nothing any more after 10 s', async () => {
    const clock = manualClock(START_MS);
    const sessions = await openSessions(state, clock.now);
    const [left, other] = [await sessions.issue(callerOf('citizen-l2')), await sessions.issue(callerOf('official'))];
    for (const token of [left, other]) await sessions.callerOf(token);
    await state
      .db<{ gateway_session: { caller: string } }>()
      .deleteFrom('gateway_session')
      .where('caller', 'like', '%"kind":"PERSON"%')
      .execute();
    clock.advance(10_000);
    await expect(sessions.callerOf(left)).rejects.toMatchObject({ code: 'UNAUTHENTICATED' });
    await expect(sessions.callerOf(other)).resolves.toMatchObject({ kind: 'STAFF' });
  });

  test('that were ended open nothing any more: here at once, in other processes after 10 s', async () => {
    const clock = manualClock(START_MS);
    const [here, there] = [await openSessions(state, clock.now), await openSessions(state, clock.now)];
    const [left, other] = [await here.issue(callerOf('citizen-l2')), await here.issue(callerOf('citizen-l2'))];
    for (const token of [left, other]) await there.callerOf(token);
    await here.end(left);
    await expect(here.callerOf(left)).rejects.toMatchObject({ code: 'UNAUTHENTICATED' });
    clock.advance(10_000);
    await expect(there.callerOf(left)).rejects.toMatchObject({ code: 'UNAUTHENTICATED' });
    await expect(there.callerOf(other)).resolves.toMatchObject({ kind: 'PERSON' });
    await expect(there.end(left)).rejects.toMatchObject({ code: 'UNAUTHENTICATED' });
  });

  test('are known to every process that shares the state', async () => {
    const now = () => START_MS;
    const token = await (await openSessions(state, now)).issue(callerOf('official'));
    await expect((await openSessions(state, now)).callerOf(token)).resolves.toMatchObject({ kind: 'STAFF' });
  });

  test('say nothing about the person in the token', async () => {
    const sessions = await openSessions(state, () => START_MS);
    const caller = callerOf('citizen-l2');
    const [, payload = ''] = (await sessions.issue(caller)).split('.');
    const claims = Buffer.from(payload, 'base64url').toString();
    expect(claims).toContain(caller.subject);
    for (const secret of [caller.name, caller.personKey, caller.credential]) expect(claims).not.toContain(secret);
  });

  describe('a token that our own key has signed', () => {
    /** With a session that is there; only what is changed is wrong with it. */
    async function signed({ header = {}, claims = {} }: { header?: object; claims?: object }) {
      const sessions = await openSessions(state, () => START_MS);
      const token = await sessions.issue(callerOf('citizen-l2'));
      const [head = '', body = ''] = token.split('.');
      const { jwk } = await state
        .db<{ gateway_key: { jwk: string } }>()
        .selectFrom('gateway_key')
        .select('jwk')
        .executeTakeFirstOrThrow();
      const right = { header: partOf(head), claims: partOf(body) };
      const key = await importJWK(JSON.parse(jwk) as JWK, 'EdDSA');
      const forged = await new SignJWT({ ...right.claims, ...claims })
        .setProtectedHeader({ ...right.header, alg: 'EdDSA', ...header })
        .sign(key);
      return { sessions, forged };
    }

    const partOf = (part: string) => JSON.parse(Buffer.from(part, 'base64url').toString()) as object;

    test('is taken when nothing is changed', async () => {
      const { sessions, forged } = await signed({});
      await expect(sessions.callerOf(forged)).resolves.toMatchObject({ kind: 'PERSON' });
    });

    test.each([
      { what: 'another type', header: { typ: 'JWT' } },
      { what: 'no type', header: { typ: undefined } },
      { what: 'another issuer', claims: { iss: 'somebody' } },
      { what: 'another audience', claims: { aud: 'somebody' } },
      { what: 'an end that is past', claims: { exp: START_MS / 1_000 - 1 } },
      { what: 'no end', claims: { exp: undefined } },
      { what: 'no beginning', claims: { iat: undefined } },
      { what: 'a beginning more than an hour ago', claims: { iat: START_MS / 1_000 - 3_601 } },
      { what: 'no id', claims: { jti: undefined } },
      { what: 'no subject', claims: { sub: undefined } },
      { what: 'no session', claims: { sid: undefined } },
      { what: 'the session of nobody', claims: { sid: '00000000-0000-4000-8000-000000000000' } },
      { what: 'a key that it is bound to', claims: { cnf: { jkt: 'x' } } },
      { what: 'a beginning in the future', claims: { nbf: START_MS / 1_000 + 60 } },
    ])('is refused with $what', async ({ header, claims }) => {
      const { sessions, forged } = await signed({ ...(header ? { header } : {}), ...(claims ? { claims } : {}) });
      await expect(sessions.callerOf(forged)).rejects.toMatchObject({ code: 'UNAUTHENTICATED' });
    });

    test.each(['../../dev/null', "' or 1=1 --", 'https://example.com/keys.json'])(
      'is taken whatever key id it names: %s',
      async (kid) => {
        const { sessions, forged } = await signed({ header: { kid, jku: kid, x5u: kid } });
        await expect(sessions.callerOf(forged)).resolves.toMatchObject({ kind: 'PERSON' });
      },
    );

    test('is refused when the key is one that it brings along', async () => {
      const { sessions, forged } = await signed({});
      const [head = '', body = ''] = forged.split('.');
      const { publicKey, privateKey } = await generateKeyPair('EdDSA', { extractable: true });
      const brought = await new SignJWT({ ...partOf(body) })
        .setProtectedHeader({ ...partOf(head), alg: 'EdDSA', jwk: await exportJWK(publicKey) })
        .sign(privateKey);
      await expect(sessions.callerOf(brought)).rejects.toMatchObject({ code: 'UNAUTHENTICATED' });
      await expect(sessions.callerOf(forged)).resolves.toMatchObject({ kind: 'PERSON' });
    });

    test('is refused when it is signed with the public key as a secret', async () => {
      const sessions = await openSessions(state, () => START_MS);
      const [, body = ''] = (await sessions.issue(callerOf('citizen-l2'))).split('.');
      const { jwk } = await state
        .db<{ gateway_key: { jwk: string } }>()
        .selectFrom('gateway_key')
        .select('jwk')
        .executeTakeFirstOrThrow();
      const { x = '' } = JSON.parse(jwk) as JWK;
      const forged = await new SignJWT({ ...partOf(body) })
        .setProtectedHeader({ alg: 'HS256', typ: 'at+jwt', kid: '../../dev/null' })
        .sign(Buffer.from(x, 'base64url'));
      await expect(sessions.callerOf(forged)).rejects.toMatchObject({ code: 'UNAUTHENTICATED' });
    });
  });

  const issued = async () => (await openSessions(state, () => START_MS)).issue(callerOf('citizen-l2'));

  test.each([
    {
      what: 'another graph’s token',
      forge: async () =>
        (await openSessions(openState({ dataDir: null, databaseUrl: null }), () => START_MS)).issue(callerOf('citizen-l2')),
    },
    {
      what: 'an unsigned token',
      forge: async () => `${Buffer.from('{"alg":"none","typ":"at+jwt"}').toString('base64url')}.e30.`,
    },
    { what: 'no token at all', forge: async () => 'x' },
    { what: 'a token with a space behind it', forge: async () => `${await issued()} ` },
    { what: 'a token with a line feed behind it', forge: async () => `${await issued()}\n` },
    { what: 'a token with padding', forge: async () => `${await issued()}==` },
    { what: 'a token with a fourth part', forge: async () => `${await issued()}.e30` },
    {
      what: 'a token whose header says that it is not signed',
      forge: async () => {
        const [, body, signature] = (await issued()).split('.');
        return `${Buffer.from('{"alg":"none","typ":"at+jwt"}').toString('base64url')}.${body}.${signature}`;
      },
    },
  ])('refuse $what', async ({ forge }) => {
    const sessions = await openSessions(state, () => START_MS);
    await expect(sessions.callerOf(await forge())).rejects.toMatchObject({ code: 'UNAUTHENTICATED' });
    await expect(sessions.callerOf(await sessions.issue(callerOf('citizen-l2')))).resolves.toMatchObject({ kind: 'PERSON' });
  });
});
