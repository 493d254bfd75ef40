import { randomUUID } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { manualClock } from '../../kernel/clock.ts';
import { department } from '../../kernel/sandbox/population/departments.ts';
import { openState, type State } from '../../kernel/state.ts';
import { developmentRegistrations, developmentSet } from './development.ts';
import { sharedNonces } from './nonces.ts';
import { records } from './records.ts';
import type { Registration } from './registration.ts';
import { openRegistry } from './registry.ts';

const START_MS = 1_704_067_200_000;
const THUMBPRINT = 'ab'.repeat(32);

const application = (id: string, further: Partial<Extract<Registration, { kind: 'APPLICATION' }>> = {}): Registration => ({
  ...{ kind: 'APPLICATION', id, department: department('梅江区民政局').code, keys: [], certificates: [], gateway: null },
  ...further,
});

const databaseUrl = process.env['DATABASE_URL'] ?? null;
const DIALECTS = [
  { name: 'SQLite in memory', open: () => openState({ dataDir: null, databaseUrl: null }) },
  // PostgreSQL is tried where the environment names one.
  ...(databaseUrl ? [{ name: 'PostgreSQL', open: () => openState({ dataDir: null, databaseUrl }) }] : []),
];

describe.each(DIALECTS)('what processes share in $name', ({ open }) => {
  const clock = manualClock(START_MS);
  let state: State;
  beforeEach(async () => {
    state = open();
    await openRegistry(state, clock.now);
  });
  afterEach(() => state.close());

  test('takes a nonce once among all who ask at the same time, and again when its window is over', async () => {
    const ways = [1, 2].map(() => sharedNonces(state, { windowMs: 600_000, now: clock.now }));
    const [nonce, other] = [randomUUID(), randomUUID()];
    const answers = await Promise.all([...ways, ...ways].map((seen) => seen(nonce)));
    expect(answers.filter((seen) => !seen)).toHaveLength(1);
    await expect(ways[0]?.(other)).resolves.toBe(false);
    clock.advance(600_000);
    await expect(ways[1]?.(nonce)).resolves.toBe(false);
  });

  test('knows the registered clients and no others, in other processes after 10 s', async () => {
    const [here, there] = [await openRegistry(state, clock.now), await openRegistry(state, clock.now)];
    const gateway = { paasId: 'aid', token: 'secret' };
    await here.replace([application('aid', { certificates: [THUMBPRINT], gateway })]);
    await there.find('aid');
    await here.replace([application('permits')]);
    await expect(here.find('aid')).resolves.toBeNull();
    await expect(there.find('permits')).resolves.toBeNull();
    clock.advance(10_000);
    await expect(there.find('permits')).resolves.toEqual(application('permits'));
    await expect(there.byCertificate(THUMBPRINT)).resolves.toBeNull();
    await here.replace([application('aid', { certificates: [THUMBPRINT], gateway })]);
    await expect(here.byCertificate(THUMBPRINT)).resolves.toMatchObject({ id: 'aid' });
    await expect(here.byGateway('aid')).resolves.toMatchObject({ id: 'aid' });
  });

  test.each([
    { what: 'id', two: [application('aid'), application('aid')] },
    {
      what: 'certificate',
      two: [application('aid', { certificates: [THUMBPRINT] }), application('permits', { certificates: [THUMBPRINT] })],
    },
    {
      what: 'gateway account',
      two: [
        application('aid', { gateway: { paasId: 'x', token: 'a' } }),
        application('permits', { gateway: { paasId: 'x', token: 'b' } }),
      ],
    },
  ])('registers no two clients with the same $what', async ({ what, two }) => {
    const registry = await openRegistry(state, clock.now);
    await expect(registry.replace(two)).rejects.toThrow(what);
    await registry.replace(two.slice(0, 1));
  });

  test('lets one of many use a code, and tells the next that it was used', async () => {
    const registry = await openRegistry(state, clock.now);
    const codes = records({ state, registry, now: clock.now, revoked: async () => {} })('AuthorizationCode');
    const id = randomUUID();
    await codes.upsert(id, { kind: 'AuthorizationCode', grantId: 'g1' }, 60);
    await expect(codes.find(id)).resolves.toEqual({ kind: 'AuthorizationCode', grantId: 'g1' });
    const uses = await Promise.allSettled([1, 2, 3].map(() => codes.consume(id)));
    expect(uses.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    await expect(codes.find(id)).resolves.toMatchObject({ consumed: Math.floor(clock.now() / 1_000) });
  });

  test('lets one of many use a client assertion', async () => {
    const registry = await openRegistry(state, clock.now);
    const used = records({ state, registry, now: clock.now, revoked: async () => {} })('ReplayDetection');
    const id = randomUUID();
    const uses = await Promise.allSettled([1, 2, 3].map(() => used.upsert(id, { kind: 'ReplayDetection' }, 60)));
    expect(uses.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
  });

  test('forgets what is over, and what a grant that was taken back has given', async () => {
    const registry = await openRegistry(state, clock.now);
    const revoked: string[] = [];
    const codes = records({ state, registry, now: clock.now, revoked: async (id) => void revoked.push(id) })('AuthorizationCode');
    const [mine, other, grantId] = [randomUUID(), randomUUID(), randomUUID()];
    await codes.upsert(mine, { kind: 'AuthorizationCode', grantId }, 60);
    await codes.upsert(other, { kind: 'AuthorizationCode', grantId: 'another' }, 60);
    await codes.revokeByGrantId(grantId);
    expect(revoked).toEqual([grantId]);
    await expect(codes.find(mine)).resolves.toBeUndefined();
    await expect(codes.find(other)).resolves.toBeDefined();
    clock.advance(60_000);
    await expect(codes.find(other)).resolves.toBeUndefined();
  });

  test('keeps what was made for development', async () => {
    const options = { withTls: true, now: clock.now };
    const [first, second] = await Promise.all([developmentSet(state, options), developmentSet(state, options)]);
    expect(second).toEqual(first);
    expect(first.tls?.certificate).toContain('BEGIN CERTIFICATE');
    const registered = JSON.stringify(developmentRegistrations(first));
    for (const { key, tls } of first.applications)
      for (const secret of [key.d, tls?.key]) expect(registered).not.toContain(JSON.stringify(secret));
  });
});
