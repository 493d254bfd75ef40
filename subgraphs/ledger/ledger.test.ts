import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { graphql, type ExecutionResult } from 'graphql';
import { manualClock } from '../../kernel/clock.ts';
import { readConfig } from '../../kernel/config.ts';
import type { Caller, Purpose } from '../../kernel/context.ts';
import { ACCESS, type AccessFacts } from '../../kernel/ledger/access.ts';
import { printedKey } from '../../kernel/ledger/checkpoint.ts';
import { openAccessLedger, type AccessLedger } from '../../kernel/ledger/accessLedger.ts';
import { silentLog } from '../../kernel/log.ts';
import { callerOf, requestOf } from '../../kernel/sandbox/harness.ts';
import { ORGANISATIONS } from '../../kernel/sandbox/population/organisations.ts';
import { PEOPLE } from '../../kernel/sandbox/population/people.ts';
import { STORY_CASES } from '../../kernel/sandbox/population/stories.ts';
import { openState, type State } from '../../kernel/state.ts';
import type { RunningSubgraph } from '../../kernel/subgraph.ts';
import { sharedSessionStore } from '../../kernel/upstream/sessionStore.ts';
import subgraph from './index.ts';

const DAY_MS = 86_400_000;
const { number: caseNumber, item } = STORY_CASES.realEstate;
const CITIZEN = PEOPLE.citizenL2.personKey;
const COMPANY = ORGANISATIONS.company.uscc;
const official = callerOf('official');

let clock: ReturnType<typeof manualClock>;
let state: State;
let access: AccessLedger;
let running: RunningSubgraph;
beforeEach(async () => {
  clock = manualClock(1_704_067_200_000);
  state = openState({ dataDir: null, databaseUrl: null });
  access = await openAccessLedger(state, readConfig({}), clock);
  running = await subgraph.start({
    ...{ clock, state, log: silentLog, sessions: await sharedSessionStore(state), upstreams: {}, inboundOrigin: () => '' },
    accessLedger: async () => access,
  });
});
afterEach(async () => {
  await running.close();
  await state.close();
});

/** What the gateway writes when the official reads of the citizen for his case. */
const facts = (changed: Partial<AccessFacts> = {}): AccessFacts => ({
  event: ACCESS,
  request: 'request-1',
  actor: official.actor,
  onBehalfOf: official.subject,
  kind: 'STAFF',
  department: official.department,
  purpose: 'case-handling',
  legalBasis: '《中华人民共和国个人信息保护法》第十三条第一款第三项',
  itemCode: item.code,
  caseNumber,
  operationName: 'HandleCase',
  operationHash: 'ab'.repeat(32),
  shown: ['identity', 'case'],
  masked: ['contact'],
  denied: ['financial'],
  systems: ['cases', 'base.person'],
  refusals: [],
  ...changed,
});

const record = (changed?: Partial<AccessFacts>, subject = CITIZEN, visibleFromMs: number | null = null) => ({
  subject,
  visibleFromMs,
  facts: { ...facts(changed) },
});

interface Asked {
  readonly as?: Caller | null;
  readonly purpose?: Purpose;
  readonly of?:
    | { readonly __typename: 'Person'; readonly personKey: string }
    | { readonly __typename: 'Organization'; readonly uscc: string };
}

const OWN: Caller = callerOf('citizen-l2');

const ask = (
  fields: string,
  { as = OWN, purpose, of = { __typename: 'Person', personKey: CITIZEN } }: Asked = {},
): Promise<ExecutionResult> =>
  graphql({
    schema: running.schema,
    source: `query ($of: [_Any!]!) { _entities(representations: $of) { ... on ${of.__typename} { ${fields} } } }`,
    variableValues: { of: [of] },
    contextValue: running.context(requestOf({ caller: as, purpose: purpose ?? null })),
  });

const entityOf = ({ data, errors }: ExecutionResult): unknown => {
  expect(errors).toBeUndefined();
  return (data?.['_entities'] as unknown[])[0];
};

const codeOf = ({ errors }: ExecutionResult): unknown => errors?.[0]?.extensions['code'];

const WHOLE = `accessRecords {
  totalCount
  nodes {
    id at event legalBasis itemCode item { code } caseNumber case { id } systems operationName requestId
    actor { kind { code zh en } isSelf departmentCode department { code } onBehalfOf { uscc } }
    purpose { code zh en } shown { codes en } masked { zh } denied { codes }
    proof { leafIndex treeSize auditPath salt entry checkpoint keys }
  }
  pageInfo { hasNextPage endCursor }
}`;

test('the person reads who looked, for what, on which ground and at which kinds of data; and no account of an official', async () => {
  await access.ledger.append([record()]);
  const answer = await ask(WHOLE);
  expect(entityOf(answer)).toMatchObject({
    accessRecords: {
      totalCount: 1,
      nodes: [
        {
          id: '0',
          at: '2024-01-01T08:00:00+08:00',
          event: 'ACCESS',
          actor: {
            kind: { code: 'STAFF', zh: '政务人员', en: 'an official' },
            isSelf: false,
            departmentCode: official.department,
            department: { code: official.department },
            onBehalfOf: null,
          },
          purpose: { code: 'case-handling', zh: '办理案件', en: 'handling a case' },
          itemCode: item.code,
          item: { code: item.code },
          caseNumber,
          case: { id: caseNumber },
          shown: { codes: ['identity', 'case'], en: [expect.stringContaining('who you are'), 'what you applied for'] },
          masked: { zh: ['联系方式'] },
          denied: { codes: ['financial'] },
          systems: ['cases', 'base.person'],
          operationName: 'HandleCase',
          requestId: 'request-1',
        },
      ],
    },
  });
  const told = JSON.stringify(answer);
  expect(told).toContain(access.ledger.pseudonymOf(official.actor));
  for (const own of [official.actor, official.name, official.personKey]) expect(told).not.toContain(own);
});

test('what is no access, or lacks nearly everything, is shown as far as it goes', async () => {
  const lacking = { subject: CITIZEN, visibleFromMs: null, facts: { event: 'SIGN_IN_REFUSED' } };
  const self = record({ kind: 'PERSON', actor: OWN.actor, onBehalfOf: OWN.actor, department: null, purpose: 'own-records' });
  const agent = record({ kind: 'AGENT', actor: 'an agent', onBehalfOf: COMPANY, department: null });
  const old = record({ kind: 'PERSON', purpose: 'a purpose of long ago', caseNumber: '17', department: 'nobody' });
  await access.ledger.append([lacking, agent, self, old]);
  expect(entityOf(await ask(WHOLE))).toMatchObject({
    accessRecords: {
      nodes: [
        {
          actor: { kind: { zh: '其他自然人' }, departmentCode: 'nobody', department: null },
          purpose: { zh: 'a purpose of long ago' },
          case: null,
        },
        { actor: { kind: { code: 'PERSON', en: 'yourself' }, isSelf: true }, purpose: { en: 'one’s own records' } },
        { actor: { kind: { code: 'AGENT' }, isSelf: false, onBehalfOf: { uscc: COMPANY } } },
        { event: 'SIGN_IN_REFUSED', actor: null, purpose: null, shown: { codes: [], en: [] }, systems: [] },
      ],
    },
  });
});

test('a list keeps its place while new records come', async () => {
  await access.ledger.append(Array.from({ length: 5 }, () => record()));
  const page = async (after: string | null) => {
    const { accessRecords } = entityOf(
      await ask(`accessRecords(first: 2, after: ${JSON.stringify(after)}) { nodes { id } pageInfo { hasNextPage endCursor } }`),
    ) as { accessRecords: { nodes: { id: string }[]; pageInfo: { hasNextPage: boolean; endCursor: string } } };
    await access.ledger.append([record()]);
    return { ids: accessRecords.nodes.map(({ id }) => id), ...accessRecords.pageInfo };
  };
  const first = await page(null);
  const second = await page(first.endCursor);
  const third = await page(second.endCursor);
  expect([first, second, third].map(({ ids, hasNextPage }) => [ids, hasNextPage])).toEqual([
    [['4', '3'], true],
    [['2', '1'], true],
    [['0'], false],
  ]);
});

test('a record that may be told later appears on its day, and is counted from then on', async () => {
  await access.ledger.append([record({}, CITIZEN, clock.now() + DAY_MS), record()]);
  const COUNTED = 'accessRecords { totalCount nodes { id } }';
  expect(entityOf(await ask(COUNTED))).toEqual({ accessRecords: { totalCount: 1, nodes: [{ id: '1' }] } });
  clock.advance(DAY_MS);
  expect(entityOf(await ask(COUNTED))).toEqual({ accessRecords: { totalCount: 2, nodes: [{ id: '1' }, { id: '0' }] } });
});

describe('nobody but the subject reads the records', () => {
  const COUNT = 'accessRecords { totalCount }';
  const duty = { code: 'case-handling', itemCode: item.code, caseNumber };
  const agent = callerOf('company-agent');
  const organisation = { __typename: 'Organization', uscc: COMPANY } as const;
  const himself = { __typename: 'Person', personKey: agent.personKey ?? '' } as const;
  beforeEach(() => access.ledger.append([record(), record({}, COMPANY)]));

  test.each<{ who: string; code: string } & Asked>([
    { who: 'an official', code: 'FORBIDDEN', as: official },
    { who: 'an official with a duty', code: 'FORBIDDEN', as: official, purpose: duty },
    { who: 'an official with a duty, about a company', code: 'FORBIDDEN', as: official, purpose: duty, of: organisation },
    { who: 'a department application with a duty', code: 'FORBIDDEN', as: callerOf('department-application'), purpose: duty },
    { who: 'another citizen', code: 'FORBIDDEN', as: callerOf('husband') },
    { who: 'a citizen, about a company', code: 'FORBIDDEN', of: organisation },
    { who: 'an agent, about himself', code: 'FORBIDDEN', as: agent, of: himself },
    { who: 'a person whose number nobody has checked', code: 'ASSURANCE_TOO_LOW', as: { ...OWN, assurance: 'L1' } },
    { who: 'nobody in particular', code: 'UNAUTHENTICATED', as: null },
  ])('$who gets $code', async ({ code, ...asked }) => {
    expect(codeOf(await ask(COUNT, asked))).toBe(code);
  });

  test('the same to others as about somebody of whom there is nothing', async () => {
    const answers = await Promise.all(
      [CITIZEN, PEOPLE.husband.personKey].map((personKey) =>
        ask(COUNT, { as: official, purpose: duty, of: { __typename: 'Person', personKey } }),
      ),
    );
    expect(answers[0]).toEqual(answers[1]);
  });

  test.each<{ who: string } & Asked>([
    { who: 'the person himself' },
    { who: 'an agent, about his organisation', as: agent, of: organisation },
  ])('$who reads one', async (asked) => {
    expect(entityOf(await ask(COUNT, asked))).toEqual({ accessRecords: { totalCount: 1 } });
  });

  test.each(['first: 0', 'first: 101', 'after: "x"'])('a page of %s is refused', async (page) => {
    expect(codeOf(await ask(`accessRecords(${page}) { totalCount }`))).toBe('BAD_USER_INPUT');
  });
});

describe('a proof', () => {
  const checkpoints = async (): Promise<number> =>
    (await state.db<{ ledger_checkpoint: { note: string } }>().selectFrom('ledger_checkpoint').selectAll().execute()).length;

  test('of every record of an answer stands under one checkpoint, and the verifier in Python accepts them all', async () => {
    await access.ledger.append(Array.from({ length: 12 }, (_, number) => record({}, number % 3 ? CITIZEN : COMPANY)));
    const answer = await ask(`${WHOLE} more: accessRecords(first: 3) { nodes { proof { leafIndex checkpoint } } }`);
    const { accessRecords, more } = entityOf(answer) as Record<string, { nodes: { proof: { checkpoint: string } }[] }>;
    const notes = [...(accessRecords?.nodes ?? []), ...(more?.nodes ?? [])].map(({ proof }) => proof.checkpoint);
    expect(notes).toHaveLength(11);
    expect(new Set(notes).size).toBe(1);
    expect(await checkpoints()).toBe(1);
    const whole = { data: { accessRecords } };
    expect(toldByPython(whole)).toBe('0: All is right.\n');
    const changed = JSON.parse(JSON.stringify(whole).replaceAll('case-handling', 'own-records')) as object;
    expect(toldByPython(changed)).toMatch(/^1: (entry \d+: not in the ledger of its checkpoint\n){8}$/);
    const reworded = JSON.parse(JSON.stringify(whole).replaceAll('"code":"case-handling"', '"code":"own-records"')) as object;
    expect(toldByPython(reworded)).toBe('0: All is right.\n'); // of the proven entries
    expect(toldByPython(whole, 'compare.py')).toBe('0: All is right.\n');
    expect(toldByPython(reworded, 'compare.py')).toMatch(
      /^1: (entry \d+: the answer says another purpose.code than the entry\n){8}$/,
    );
  });

  test('needs no new checkpoint when there is one that is about the record', async () => {
    await access.ledger.append([record()]);
    await access.checkpoints.current();
    await access.ledger.append([record({}, COMPANY)]);
    entityOf(await ask(WHOLE));
    expect(await checkpoints()).toBe(1);
    await access.ledger.append([record()]);
    entityOf(await ask(WHOLE));
    expect(await checkpoints()).toBe(2);
  });

  function toldByPython(answer: object, script: 'verify.py' | 'compare.py' = 'verify.py'): string {
    const folder = mkdtempSync(join(tmpdir(), 'proof-'));
    try {
      writeFileSync(join(folder, 'answer.json'), JSON.stringify(answer));
      const file = join(folder, 'answer.json');
      const keys = access.verifiers.flatMap((verifier) => ['--key', printedKey(verifier)]);
      const args = script === 'verify.py' ? ['proof', file, ...keys] : [file];
      const path = join(import.meta.dirname, '../../kernel/ledger', script);
      const { stdout, stderr, status } = spawnSync('python3', [path, ...args], { encoding: 'utf8' });
      if (stderr !== '') throw new Error(stderr);
      return `${status}: ${stdout}`;
    } finally {
      rmSync(folder, { recursive: true });
    }
  }
});

test('a ledger that cannot be read is LEDGER_UNAVAILABLE, and is read again afterwards', async () => {
  await access.ledger.append([record()]);
  await state.db().schema.alterTable('ledger_entry').renameTo('ledger_away').execute();
  expect(codeOf(await ask(WHOLE))).toBe('LEDGER_UNAVAILABLE');
  await state.db().schema.alterTable('ledger_away').renameTo('ledger_entry').execute();
  expect(entityOf(await ask(WHOLE))).toMatchObject({ accessRecords: { totalCount: 1 } });
});

describe('the jobs', () => {
  const run = (name: string): Promise<void> | undefined => running.jobs.find((job) => job.name === name)?.run(requestOf());

  test('make a checkpoint when entries were added, and only then', async () => {
    const notes = () =>
      state.db<{ ledger_checkpoint: { size: number } }>().selectFrom('ledger_checkpoint').select('size').execute();
    await access.ledger.append([record()]);
    await run('checkpoint');
    clock.advance(60_000);
    await run('checkpoint');
    expect(await notes()).toEqual([{ size: 1 }]);
    await access.ledger.append([record()]);
    await run('checkpoint');
    expect(await notes()).toEqual([{ size: 1 }, { size: 2 }]);
  });

  test('empty what is older than it is kept, not a day before', async () => {
    await access.ledger.append([record()]);
    clock.advance(1_095 * DAY_MS);
    await access.ledger.append([record({ request: 'request-2' })]);
    await run('expire');
    expect(entityOf(await ask('accessRecords { totalCount }'))).toEqual({ accessRecords: { totalCount: 2 } });
    clock.advance(DAY_MS + 1);
    await run('expire');
    expect(entityOf(await ask('accessRecords { nodes { requestId } }'))).toEqual({
      accessRecords: { nodes: [{ requestId: 'request-2' }] },
    });
  });
});
