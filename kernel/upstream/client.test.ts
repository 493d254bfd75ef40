import { describe, expect, test } from '@jest/globals';
import { manualClock, systemClock } from '../clock.ts';
import { upstreamFailure } from '../errors.ts';
import { silentLog } from '../log.ts';
import { field, string } from '../parse.ts';
import { FAULT_KINDS } from '../sandbox/fault.ts';
import { requestOf } from '../sandbox/harness.ts';
import { launchSandbox } from '../sandbox/launch.ts';
import type { SandboxHandler } from '../sandbox/system.ts';
import { openState } from '../state.ts';
import { createClient, type ClientOptions, type UpstreamClient } from './client.ts';
import { bodyJson } from './decode.ts';
import type { UpstreamCall } from './call.ts';
import { sharedSessionStore } from './sessionStore.ts';

const RATE = { requests: 10_000, perMs: 1_000, fact: 'a test' };
const NAME: UpstreamCall = { operation: 'name', method: 'GET', path: '/name', safe: true };

const decode: ClientOptions['decode'] = (reply) => {
  const body = bodyJson(reply);
  const code = field(body, 'code', string);
  if (code === 'AUTH') throw upstreamFailure('toy', 'AUTH', code);
  if (code !== 'OK') throw upstreamFailure('toy', 'UNAVAILABLE', code);
  return body;
};

const ok = (name: string) => ({ body: JSON.stringify({ code: 'OK', name }) });

/** So long that no busy machine is taken for a silent system. */
const PATIENT = { attemptMs: 10_000, totalMs: 20_000 };
/** For systems that are silent, or slower than this. */
const IMPATIENT = { attemptMs: 700, totalMs: 1_700 };

/** A client of a simulated system with one handler. */
async function against(handler: SandboxHandler, options: Partial<ClientOptions> = {}, clock = systemClock) {
  const [system] = await launchSandbox(
    () => [{ name: 'toy', addresses: { main: handler }, credentials: {}, failure: () => ({ body: '{"code":"E500"}' }) }],
    { profile: 'strict' },
  );
  if (!system) throw new Error('the sandbox has one system');
  const state = openState({ dataDir: null, databaseUrl: null });
  const client: UpstreamClient = createClient(
    { rate: RATE, decode, ...PATIENT, ...options },
    { system: 'toy', addresses: system.addresses, clock, sessions: await sharedSessionStore(state) },
  );
  return {
    client,
    system,
    ask: (call: Partial<UpstreamCall> = {}, request = requestOf()) =>
      client.call(request, { ...NAME, ...call }, (body) => field(body, 'name', string)),
    [Symbol.asyncDispose]: async () => {
      await client.close();
      await system.close();
      await state.close();
    },
  };
}

describe('a call', () => {
  test('gives what was parsed', async () => {
    await using toy = await against(() => ok('梅江'));
    await expect(toy.ask()).resolves.toBe('梅江');
    expect(toy.system.calls()).toBe(1);
  });

  const CODES: Record<(typeof FAULT_KINDS)[number], { code: string; calls: number } | null> = {
    silence: { code: 'UPSTREAM_TIMEOUT', calls: 2 },
    delay: { code: 'UPSTREAM_TIMEOUT', calls: 2 },
    reset: { code: 'UPSTREAM_UNAVAILABLE', calls: 2 },
    truncate: { code: 'UPSTREAM_INVALID', calls: 1 },
    charset: { code: 'UPSTREAM_INVALID', calls: 1 },
    'error-code': { code: 'UPSTREAM_UNAVAILABLE', calls: 2 },
    '429': { code: 'RATE_LIMITED', calls: 1 },
    '503': { code: 'UPSTREAM_UNAVAILABLE', calls: 2 },
    html: { code: 'UPSTREAM_INVALID', calls: 1 },
    'other-person': null, // the system answers normally; the adapter compares keys
    huge: { code: 'UPSTREAM_INVALID', calls: 1 },
  };

  test.each(FAULT_KINDS.filter((kind) => CODES[kind]))(
    'under the fault %s fails with its code, and succeeds once it is over',
    async (kind) => {
      const { code, calls } = CODES[kind] ?? {};
      await using toy = await against(() => ok('梅江'), code === 'UPSTREAM_TIMEOUT' ? IMPATIENT : {});
      await toy.system.setFault({ kind });
      await expect(toy.ask()).rejects.toMatchObject({ code, system: 'toy' });
      expect(toy.system.calls()).toBe(calls);
      await toy.system.setFault(null);
      await expect(toy.ask()).resolves.toBe('梅江');
    },
  );

  test('that is not safe is never repeated', async () => {
    await using toy = await against(() => ok('梅江'));
    await toy.system.setFault({ kind: '503' });
    await expect(toy.ask({ safe: false })).rejects.toMatchObject({ code: 'UPSTREAM_UNAVAILABLE' });
    expect(toy.system.calls()).toBe(1);
  });

  test('never follows a redirect', async () => {
    await using toy = await against(() => ({ status: 302, headers: { location: '/elsewhere' }, body: '' }));
    await expect(toy.ask()).rejects.toMatchObject({ code: 'UPSTREAM_INVALID' });
    expect(toy.system.calls()).toBe(1);
  });

  test('ends with the request’s own deadline', async () => {
    await using toy = await against(() => ok('梅江'));
    await toy.system.setFault({ kind: 'silence' });
    const leaving = new AbortController();
    const request = { ...requestOf(), deadline: { atMs: Date.now(), signal: leaving.signal } };
    const asked = toy.ask({}, request);
    leaving.abort();
    await expect(asked).rejects.toMatchObject({ code: 'UPSTREAM_TIMEOUT' });
  });

  test('names the system when a field is missing, and keeps the reason inside', async () => {
    await using toy = await against(() => ({ body: '{"code":"OK"}' }));
    const error: unknown = await toy.ask().catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({
      code: 'UPSTREAM_INVALID',
      system: 'toy',
      extensions: { code: 'UPSTREAM_INVALID', system: 'toy' },
    });
    expect(String(error)).not.toContain('name');
  });
});

describe('the breaker', () => {
  test('stops calling after repeated failures', async () => {
    await using toy = await against(() => ok('梅江'));
    await toy.system.setFault({ kind: '503' });
    const codes = new Set<string>();
    for (let round = 0; round < 30; round += 1) {
      codes.add(
        await toy.ask({ safe: false }).then(
          () => 'OK',
          (error: { code: string }) => error.code,
        ),
      );
    }
    expect([...codes]).toEqual(['UPSTREAM_UNAVAILABLE', 'UPSTREAM_SUSPENDED']);
    const before = toy.system.calls();
    expect(before).toBeLessThan(30);
    await expect(toy.ask()).rejects.toMatchObject({ code: 'UPSTREAM_SUSPENDED' });
    expect(toy.system.calls()).toBe(before);
  });

  test('is not opened by refusals of single requests', async () => {
    await using toy = await against(() => ({ status: 404, body: '' }));
    for (let round = 0; round < 30; round += 1) await expect(toy.ask()).rejects.toMatchObject({ code: 'UPSTREAM_REJECTED' });
    expect(toy.system.calls()).toBe(30);
  });
});

test('the breaker is not opened by callers who leave', async () => {
  await using toy = await against(() => ok('梅江'));
  await toy.system.setFault({ kind: 'silence' });
  for (let round = 0; round < 30; round += 1) {
    const leaving = new AbortController();
    const asked = toy.ask({}, { ...requestOf(), deadline: { atMs: Infinity, signal: leaving.signal } });
    leaving.abort();
    await expect(asked).rejects.toMatchObject({ code: 'UPSTREAM_TIMEOUT' });
  }
  await toy.system.setFault(null);
  await expect(toy.ask()).resolves.toBe('梅江');
});

describe('the rate', () => {
  // A wait is worth while for 3,000 less 700 ms, half an attempt: two calls now, two after a second, two after another.
  const paced: Partial<ClientOptions> = { rate: { requests: 2, perMs: 1_000, fact: 'a test' }, totalMs: 3_000, attemptMs: 1_400 };
  const outcome = (asked: Promise<string>): Promise<unknown> =>
    asked.then(
      () => 'OK',
      (error: { extensions: unknown }) => error.extensions,
    );
  const REFUSED = { code: 'RATE_LIMITED', system: 'toy', retryAfter: 3 };

  test('makes calls wait for their turns, in order', async () => {
    const clock = manualClock(0);
    const served: string[] = [];
    await using toy = await against(({ path }) => (served.push(path), ok('梅江')), paced, clock);
    const answers = ['/1', '/2', '/3', '/4', '/5'].map((path) => toy.ask({ path }));
    await Promise.all(answers.slice(0, 2));
    clock.advance(999);
    expect(toy.system.calls()).toBe(2);
    clock.advance(1);
    await Promise.all(answers.slice(0, 4));
    expect(toy.system.calls()).toBe(4);
    clock.advance(1_000);
    await Promise.all(answers);
    expect(served.at(-1)).toBe('/5');
  });

  test('refuses at once, without any attempt, a call whose turn would come too late', async () => {
    const clock = manualClock(0);
    await using toy = await against(() => ok('梅江'), paced, clock);
    const lines: unknown[] = [];
    const add = (line: unknown): void => void lines.push(line);
    const request = { ...requestOf(), log: { ...silentLog, info: add, warn: add } };
    await Promise.all([toy.ask(), toy.ask()]);
    const waiting = Array.from({ length: 4 }, () => outcome(toy.ask()));
    expect(await outcome(toy.ask({}, request))).toEqual(REFUSED);
    expect(lines).toMatchObject([{ outcome: 'RATE_LIMITED', attempts: 0, ms: 0 }]);
    clock.advance(1_000);
    expect(await Promise.all(waiting.slice(0, 2))).toEqual(['OK', 'OK']);
    clock.advance(1_000);
    expect(await Promise.all(waiting)).toEqual(Array(4).fill('OK'));
  });

  test('gives a refused call no turn, and shows none of them to the breaker', async () => {
    const clock = manualClock(0);
    await using toy = await against(() => ok('梅江'), paced, clock);
    const answers = Array.from({ length: 60 }, () => outcome(toy.ask()));
    expect(await Promise.all(answers.slice(6))).toEqual(Array(54).fill(REFUSED));
    await Promise.all(answers.slice(0, 2));
    for (const turn of [4, 6]) {
      clock.advance(1_000);
      expect(await Promise.all(answers.slice(0, turn))).toEqual(Array(turn).fill('OK'));
    }
    clock.advance(1_000);
    expect(await Promise.all([outcome(toy.ask()), outcome(toy.ask())])).toEqual(['OK', 'OK']);
    expect(toy.system.calls()).toBe(8);
  });

  test('gives the turn of a caller who left to the next', async () => {
    const clock = manualClock(0);
    await using toy = await against(() => ok('梅江'), paced, clock);
    await Promise.all([toy.ask(), toy.ask()]);
    const leaving = new AbortController();
    const request = { ...requestOf(), deadline: { atMs: Infinity, signal: leaving.signal } };
    const gone = outcome(toy.ask({}, request));
    const stayed = [toy.ask(), toy.ask()];
    leaving.abort();
    expect(await gone).toMatchObject({ code: 'RATE_LIMITED' });
    clock.advance(1_000);
    await expect(Promise.all(stayed)).resolves.toEqual(['梅江', '梅江']);
    expect(toy.system.calls()).toBe(4);
  });

  test('looks at the request’s own deadline, too, but never refuses a call that need not wait', async () => {
    const clock = manualClock(0);
    await using toy = await against(() => ok('梅江'), paced, clock);
    const signal = new AbortController().signal;
    const nearlyOver = { ...requestOf(), deadline: { atMs: 1_100, signal } };
    expect(await Promise.all([toy.ask(), toy.ask()].map(outcome))).toEqual(['OK', 'OK']);
    expect(await outcome(toy.ask({}, nearlyOver))).toEqual({ ...REFUSED, retryAfter: 1 });
    clock.advance(1_000);
    expect(await outcome(toy.ask({}, nearlyOver))).toBe('OK');
  });

  test('without a turn for a second attempt leaves the failure of the first', async () => {
    const clock = manualClock(0);
    await using toy = await against(() => ok('梅江'), { ...paced, totalMs: 1_600 }, clock);
    await toy.ask();
    await toy.system.setFault({ kind: '503' });
    expect(await outcome(toy.ask())).toMatchObject({ code: 'UPSTREAM_UNAVAILABLE' });
    expect(toy.system.calls()).toBe(2);
    clock.advance(1_000);
    expect(await outcome(toy.ask())).toMatchObject({ code: 'UPSTREAM_UNAVAILABLE' });
    expect(toy.system.calls()).toBe(4);
  });
});

describe('the cache', () => {
  test('keeps public answers for their time, shares calls under way and forgets failures', async () => {
    const clock = manualClock(0);
    await using toy = await against(() => ok('梅江'), {}, clock);
    await toy.system.setFault({ kind: 'html' });
    await expect(toy.ask({ cacheMs: 1_000 })).rejects.toMatchObject({ code: 'UPSTREAM_INVALID' });
    await toy.system.setFault(null);
    await Promise.all([toy.ask({ cacheMs: 1_000 }), toy.ask({ cacheMs: 1_000 })]);
    expect(toy.system.calls()).toBe(2);
    clock.advance(999);
    await toy.ask({ cacheMs: 1_000 });
    expect(toy.system.calls()).toBe(2);
    clock.advance(1);
    await toy.ask({ cacheMs: 1_000 });
    expect(toy.system.calls()).toBe(3);
  });

  test('keeps nothing that could not be read', async () => {
    let name: string | null = null;
    await using toy = await against(() => ({ body: JSON.stringify({ code: 'OK', name }) }));
    await expect(toy.ask({ cacheMs: 1_000 })).rejects.toMatchObject({ code: 'UPSTREAM_INVALID' });
    name = '梅江';
    await expect(toy.ask({ cacheMs: 1_000 })).resolves.toBe('梅江');
  });

  test('never keeps an answer that did not ask for it', async () => {
    await using toy = await against(() => ok('梅江'));
    await toy.ask();
    await toy.ask();
    expect(toy.system.calls()).toBe(2);
  });
});

describe('a session', () => {
  /** Only the token of the last login is good, as at the licence system. */
  const singleHolder = () => {
    let logins = 0;
    const handler: SandboxHandler = (request) => {
      if (request.path === '/login') return { body: JSON.stringify({ code: 'OK', token: `t${(logins += 1)}` }) };
      return request.query['token'] === `t${logins}` ? ok('梅江') : { body: '{"code":"AUTH"}' };
    };
    const session: ClientOptions['session'] = {
      name: 'toy/department',
      login: async (send) => ({
        token: field(await send({ operation: 'login', method: 'POST', path: '/login', safe: true }), 'token', string),
        renewAtMs: Number.MAX_SAFE_INTEGER,
      }),
      apply: (call, token) => ({ ...call, query: { token } }),
    };
    return { handler, session, logins: () => logins, loginElsewhere: () => void (logins += 1) };
  };

  test('is opened once for all who ask at the same time', async () => {
    const { handler, session, logins } = singleHolder();
    await using toy = await against(handler, { session });
    await Promise.all(Array.from({ length: 20 }, () => toy.ask()));
    expect(logins()).toBe(1);
    expect(toy.system.calls()).toBe(21);
  });

  test('is renewed once when the system no longer takes it', async () => {
    const { handler, session, logins, loginElsewhere } = singleHolder();
    await using toy = await against(handler, { session });
    await toy.ask();
    loginElsewhere();
    await expect(Promise.all(Array.from({ length: 5 }, () => toy.ask()))).resolves.toEqual(Array(5).fill('梅江'));
    expect(logins()).toBe(3);
  });

  test('is UPSTREAM_TIMEOUT when the login is silent, and opened anew by the second attempt', async () => {
    const { handler, session } = singleHolder();
    await using toy = await against(handler, { session, ...IMPATIENT });
    await toy.system.setFault({ kind: 'silence' });
    await expect(toy.ask()).rejects.toMatchObject({ code: 'UPSTREAM_TIMEOUT' });
    expect(toy.system.calls()).toBe(2);
    await toy.system.setFault(null);
    await expect(toy.ask()).resolves.toBe('梅江');
  });

  test('that is refused twice is an error, not a loop', async () => {
    const { session } = singleHolder();
    await using toy = await against(
      (request) => (request.path === '/login' ? { body: '{"code":"OK","token":"t"}' } : { body: '{"code":"AUTH"}' }),
      { session },
    );
    await expect(toy.ask()).rejects.toMatchObject({ code: 'UPSTREAM_REJECTED' });
    expect(toy.system.calls()).toBe(4);
  });
});
