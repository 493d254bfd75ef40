import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { request as httpRequest } from 'undici';
import type { ErrorCode } from '../../../kernel/errors.ts';
import type { FaultKind } from '../../../kernel/sandbox/fault.ts';
import { SANDBOX_GATEWAY } from '../../../kernel/sandbox/gateway.ts';
import { requestOf } from '../../../kernel/sandbox/harness.ts';
import { department, DEPARTMENTS } from '../../../kernel/sandbox/population/departments.ts';
import { PEOPLE, RESIDENTS } from '../../../kernel/sandbox/population/people.ts';
import type { TifCredentials } from '../../../kernel/signing/tifGateway.ts';
import { SIGNING } from '../../../kernel/signing/table.ts';
import { openState, type State } from '../../../kernel/state.ts';
import { accountTask, departmentTask, type QueueTask } from '../sandbox/staffTasks.ts';
import { startUpstream } from '../sandbox/upstreamHarness.ts';
import { createDirectoryStore, migrations, type DirectoryChange, type DirectoryEntry } from '../state.ts';

const OWNER = department('梅江区自然资源分局');
const account = (username: string, fields: Partial<Parameters<typeof accountTask>[0]> = {}) => ({
  username,
  person: PEOPLE.official,
  department: OWNER,
  ...fields,
});
const QUEUE = 'identity.staff';

type Started = Awaited<ReturnType<typeof startUpstream>>;
const run = ({ upstream }: Started): Promise<void> => upstream.directorySync.run(requestOf());
const member = async ({ upstream }: Started, staffId: string) => (await upstream.directory.staff([staffId])).get(staffId);

describe('a run over the queue', () => {
  test('keeps and acknowledges everything; the next one costs three calls', async () => {
    const staffTasks = [departmentTask(OWNER), accountTask(account('a')), accountTask(account('b'))];
    await using started = await startUpstream({ staffTasks });
    await run(started);
    expect(staffTasks).toEqual([]);
    expect(await member(started, 'a')).toEqual({
      staffId: 'a',
      name: '陈立新',
      departmentCode: OWNER.code,
      active: true,
      personKey: PEOPLE.official.personKey,
    });
    const before = started.harness.system(QUEUE).calls();
    await run(started);
    expect(started.harness.system(QUEUE).calls() - before).toBe(3); // login, empty, logout
  });

  test('follows later messages', async () => {
    const staffTasks: QueueTask[] = [departmentTask(OWNER), accountTask(account('a'))];
    await using started = await startUpstream({ staffTasks });
    await run(started);
    staffTasks.push(accountTask(account('a', { fullname: '新名字', isLocked: true }), 'UPDATED', '2024-05-01 08:00:00.000'));
    await run(started);
    expect(await member(started, 'a')).toMatchObject({ name: '新名字', active: false });
    staffTasks.push(accountTask(account('a'), 'DELETED'));
    await run(started);
    expect(await member(started, 'a')).toBeUndefined();
  });

  test('acknowledges nothing that it has not kept, and gets the rest again', async () => {
    const staffTasks = [accountTask(account('a')), accountTask(account('b'))];
    await using started = await startUpstream({ staffTasks, refusedAcknowledgements: 2 }); // the call and its repeat
    await expect(run(started)).rejects.toMatchObject({ code: 'UPSTREAM_UNAVAILABLE', system: QUEUE });
    expect(await member(started, 'a')).toMatchObject({ staffId: 'a' });
    expect(staffTasks).toHaveLength(2);
    expect(await started.upstream.directory.wasFilled()).toBe(false);
    await run(started);
    expect(await member(started, 'b')).toMatchObject({ staffId: 'b' });
    expect(staffTasks).toEqual([]);
  });

  test('goes on when the answer to an acknowledgement was lost', async () => {
    const staffTasks = [accountTask(account('a')), accountTask(account('b'))];
    await using started = await startUpstream({ staffTasks, lostAcknowledgements: 1 });
    await run(started);
    expect(staffTasks).toEqual([]);
    expect(await member(started, 'b')).toMatchObject({ staffId: 'b' });
  });

  test.each<{ what: string; spoil: (task: QueueTask) => QueueTask }>([
    { what: 'without a name', spoil: (task) => ({ ...task, data: { ...task.data, fullname: 'null' } }) },
    { what: 'without an account', spoil: (task) => ({ ...task, data: { ...task.data, username: '' } }) },
    { what: 'with a time that is none', spoil: (task) => ({ ...task, data: { ...task.data, updateAt: '2024-13-01' } }) },
    { what: 'without content', spoil: (task) => ({ ...task, data: null as unknown as QueueTask['data'] }) },
    { what: 'of another kind', spoil: (task) => ({ ...task, objectType: 'TARGET_ROLE' as QueueTask['objectType'] }) },
    { what: 'with another effect', spoil: (task) => ({ ...task, effectOn: 'MERGED' as QueueTask['effectOn'] }) },
  ])('is not held up by a message $what', async ({ spoil }) => {
    const staffTasks = [spoil(accountTask(account('bad'))), accountTask(account('good'))];
    await using started = await startUpstream({ staffTasks });
    await run(started);
    expect(await member(started, 'good')).toMatchObject({ staffId: 'good' });
    expect(await member(started, 'bad')).toBeUndefined();
    expect(staffTasks).toHaveLength(1); // it stays with the queue, which is told that it was of no use
    expect(await started.upstream.directory.wasFilled()).toBe(true);
  });

  test('a department whose code is none is of no use either', async () => {
    const staffTasks = [departmentTask({ ...OWNER, code: 'X00001039' }), departmentTask(DEPARTMENTS[0])];
    await using started = await startUpstream({ staffTasks });
    await run(started);
    expect((await started.upstream.directory.allDepartments(10)).map(({ code }) => code)).toEqual([DEPARTMENTS[0].code]);
  });

  test('takes over from a run that was interrupted', async () => {
    const staffTasks = [accountTask(account('a'))];
    await using started = await startUpstream({ staffTasks });
    const queue = started.harness.system(QUEUE);
    await queue.setFault({ kind: 'html' });
    await expect(run(started)).rejects.toMatchObject({ code: 'UPSTREAM_INVALID' });
    await queue.setFault(null);
    await run(started);
    expect(await member(started, 'a')).toMatchObject({ staffId: 'a' });
  });

  test.each(['systemCode', 'integrationKey', 'token'])('is refused with a wrong %s', async (name) => {
    await using started = await startUpstream({}, { credentials: { [QUEUE]: { [name]: 'wrong' } } });
    await expect(run(started)).rejects.toMatchObject({ code: 'UPSTREAM_REJECTED', system: QUEUE });
    expect(started.harness.system(QUEUE).calls()).toBe(1);
  });

  test.each<[FaultKind, ErrorCode]>([
    ['silence', 'UPSTREAM_TIMEOUT'],
    ['reset', 'UPSTREAM_UNAVAILABLE'],
    ['503', 'UPSTREAM_UNAVAILABLE'],
    ['truncate', 'UPSTREAM_INVALID'],
    ['error-code', 'UPSTREAM_UNAVAILABLE'],
  ])('fails with %s as %s', async (kind, code) => {
    await using started = await startUpstream();
    await started.harness.system(QUEUE).setFault({ kind });
    await expect(run(started)).rejects.toMatchObject({ code, system: QUEUE });
  });
});

describe('the first fill', () => {
  test('happens once for all who ask at the same time, and never again', async () => {
    const staffTasks = [accountTask(account('a'))];
    await using started = await startUpstream({ staffTasks });
    const { directorySync } = started.upstream;
    expect(await Promise.all([directorySync.filled(requestOf()), directorySync.filled(requestOf()), run(started)])).toEqual([
      true,
      true,
      undefined,
    ]);
    expect(started.harness.system(QUEUE).calls()).toBe(5); // login, task, acknowledgement, empty, logout
    expect(await directorySync.filled(requestOf())).toBe(false);
    expect(started.harness.system(QUEUE).calls()).toBe(5);
  });

  test('is waited for no longer than the caller can', async () => {
    await using started = await startUpstream();
    await started.harness.system(QUEUE).setFault({ kind: 'delay', ms: 300 });
    const { directorySync } = started.upstream;
    await expect(directorySync.filled(requestOf({ deadlineMs: 50 }))).rejects.toMatchObject({
      code: 'UPSTREAM_TIMEOUT',
      system: QUEUE,
    });
    const gone = { ...requestOf(), deadline: { atMs: Date.now() + 10_000, signal: AbortSignal.abort() } };
    await expect(directorySync.filled(gone)).rejects.toMatchObject({ code: 'UPSTREAM_TIMEOUT' });
    await started.harness.system(QUEUE).setFault(null);
    expect(await directorySync.filled(requestOf())).toBe(true);
  });
});

describe('the directory', () => {
  const withStore = async (work: (store: ReturnType<typeof createDirectoryStore>) => Promise<void>): Promise<void> => {
    const state: State = openState({ dataDir: null, databaseUrl: null });
    await state.migrate('identity', migrations);
    try {
      await work(createDirectoryStore(state));
    } finally {
      await state.close();
    }
  };
  const entry = (key: string, updated_at_ms: number, fields: Partial<DirectoryEntry> = {}): DirectoryEntry => ({
    key,
    name: `${key} ${updated_at_ms}`,
    parent_id: 'd1',
    active: 1,
    updated_at_ms,
    person_key: null,
    uscc: null,
    english_name: null,
    ...fields,
  });
  const HISTORY: readonly DirectoryChange[] = [
    { kind: 'DEPARTMENT', id: 'd1', entry: entry(OWNER.code, 1, { parent_id: 'd0' }) },
    { kind: 'DEPARTMENT', id: 'd1', entry: entry(OWNER.code, 5, { parent_id: 'd0' }) },
    { kind: 'DEPARTMENT', id: 'd0', entry: entry('X00000019', 2, { parent_id: null }) },
    { kind: 'STAFF', id: 'd1', entry: entry('same-id', 1) },
    { kind: 'STAFF', id: 's1', entry: entry('stays', 1) },
    { kind: 'STAFF', id: 's1', entry: entry('stays', 9, { active: 0 }) },
    { kind: 'STAFF', id: 's1', entry: entry('renamed', 4) },
    { kind: 'STAFF', id: 's2', entry: entry('leaves', 1) },
    { kind: 'STAFF', id: 's2', entry: entry('leaves', 7) },
    { kind: 'STAFF', id: 's2', entry: null },
    { kind: 'STAFF', id: 's3', entry: entry('leaves', 3) },
  ];

  test('is the same for every order and repetition of the same messages', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.shuffledSubarray([...HISTORY], { minLength: HISTORY.length }),
        fc.array(fc.constantFrom(...HISTORY), { maxLength: 5 }),
        async (once, again) => {
          await withStore(async (store) => {
            for (const change of [...once, ...again]) await store.apply(change);
            expect(
              [...(await store.staff(['stays', 'renamed', 'leaves', 'same-id'])).values()].sort((a, b) =>
                a.staffId.localeCompare(b.staffId),
              ),
            ).toEqual([
              { staffId: 'leaves', name: 'leaves 3', departmentCode: OWNER.code, active: true, personKey: null },
              { staffId: 'same-id', name: 'same-id 1', departmentCode: OWNER.code, active: true, personKey: null },
              { staffId: 'stays', name: 'stays 9', departmentCode: OWNER.code, active: false, personKey: null },
            ]);
            expect(await store.allDepartments(10)).toMatchObject([
              { code: 'X00000019', parentCode: null },
              { code: OWNER.code, name: `${OWNER.code} 5`, parentCode: 'X00000019' },
            ]);
          });
        },
      ),
      { numRuns: 60, seed: 20240506 },
    );
  });

  test('keeps nothing of who is gone', async () => {
    const state = openState({ dataDir: null, databaseUrl: null });
    await state.migrate('identity', migrations);
    const store = createDirectoryStore(state);
    await store.apply({ kind: 'STAFF', id: 's1', entry: entry('somebody', 1, { person_key: PEOPLE.official.personKey }) });
    const rows = () =>
      state.db<{ identity_directory: Record<string, unknown> }>().selectFrom('identity_directory').selectAll().execute();
    expect(JSON.stringify(await rows())).toContain('somebody');
    await store.apply({ kind: 'STAFF', id: 's1', entry: null });
    expect(JSON.stringify(await rows())).not.toMatch(/somebody|RESIDENT_ID/);
    await state.close();
  });

  test('an account name that was given anew is the later person’s', async () => {
    await withStore(async (store) => {
      await store.apply({ kind: 'STAFF', id: 's2', entry: entry('same', 2, { name: 'later' }) });
      await store.apply({ kind: 'STAFF', id: 's1', entry: entry('same', 1, { name: 'earlier' }) });
      expect((await store.staff(['same'])).get('same')?.name).toBe('later');
    });
  });
});

describe('the gateway in front of the systems', () => {
  const { paasid, token } = SANDBOX_GATEWAY;
  const QUERY = {
    method: 'login',
    request: JSON.stringify({ systemCode: 'MJ_GRAPH', integrationKey: 'sandbox-integration-key', force: true }),
  };

  async function post(origin: string, headers: Readonly<Record<string, string>>): Promise<{ status: number; body: unknown }> {
    const { statusCode, body } = await httpRequest(`${origin}/ebus/iam/integration?${new URLSearchParams(QUERY)}`, {
      method: 'POST',
      headers,
    });
    return { status: statusCode, body: await body.json() };
  }

  const signed = (nowMs: number, nonce: string, credentials: TifCredentials = { paasId: paasid, token }) =>
    SIGNING.tif.sign({ method: 'POST', path: '/ebus/iam/integration', query: QUERY, headers: {}, body: '' }, credentials, {
      nowMs,
      nonce,
    }).headers;

  const REFUSED = { status: 500, body: { code: 400001, msg: '鉴权失败' } };

  test('takes a signature within 180 seconds, its nonce once, in capitals or not', async () => {
    await using started = await startUpstream();
    const origin = started.harness.system(QUEUE).addresses['main'] ?? '';
    const nowMs = Date.now();
    const good = signed(nowMs - 170_000, 'nonce-1');
    expect(await post(origin, good)).toMatchObject({ status: 200, body: { success: 'true' } });
    expect(await post(origin, good)).toEqual(REFUSED);
    const lower = signed(nowMs, 'nonce-2');
    expect(await post(origin, { ...lower, 'x-tif-signature': lower['x-tif-signature']?.toLowerCase() ?? '' })).toMatchObject({
      status: 200,
    });
  });

  test.each([
    { what: 'too old', headers: () => signed(Date.now() - 190_000, 'n') },
    { what: 'from the future', headers: () => signed(Date.now() + 190_000, 'n') },
    { what: 'of an unknown application', headers: () => signed(Date.now(), 'n', { paasId: 'nobody', token }) },
    { what: 'with another secret', headers: () => signed(Date.now(), 'n', { paasId: paasid, token: 'wrong' }) },
  ])('refuses one that is $what with status 500 and 400001', async ({ headers }) => {
    await using started = await startUpstream();
    expect(await post(started.harness.system(QUEUE).addresses['main'] ?? '', headers())).toEqual(REFUSED);
  });

  test('says when a part is missing', async () => {
    await using started = await startUpstream();
    expect(await post(started.harness.system(QUEUE).addresses['main'] ?? '', {})).toEqual({
      status: 500,
      body: { code: 400001, msg: '鉴权参数不完整' },
    });
  });
});

test('residents stand behind the seeded colleagues', async () => {
  await using started = await startUpstream();
  await run(started);
  expect(await member(started, 'staff012')).toMatchObject({ name: RESIDENTS[110]?.name, departmentCode: DEPARTMENTS[11].code });
});
