import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { systemClock } from '../../kernel/clock.ts';
import { readConfig } from '../../kernel/config.ts';
import { sm3 } from '../../kernel/crypto/sm3.ts';
import { openAccessLedger, type AccessLedger } from '../../kernel/ledger/accessLedger.ts';
import { readCheckpoint } from '../../kernel/ledger/checkpoint.ts';
import { commitmentOf } from '../../kernel/ledger/ledger.ts';
import { leafHash, provesInclusion } from '../../kernel/ledger/merkle.ts';
import { callerOf } from '../../kernel/sandbox/harness.ts';
import { STORY_CASES } from '../../kernel/sandbox/population/stories.ts';
import { openState, type State } from '../../kernel/state.ts';
import { at, startTestGraph, type TestGraph } from './client.ts';

let dataDir: string;
let graph: TestGraph;
let state: State;
let access: AccessLedger;
beforeAll(async () => {
  dataDir = mkdtempSync(join(tmpdir(), 'graph-'));
  const environment = { DATA_DIR: dataDir };
  graph = await startTestGraph(environment);
  await graph.quiet(); // the directory of departments comes by a job
  state = openState(readConfig(environment));
  access = await openAccessLedger(state, readConfig(environment), systemClock);
});
afterAll(async () => {
  await state.close();
  await graph.close();
  rmSync(dataDir, { recursive: true });
});

const official = callerOf('official');
const { number: caseNumber, item } = STORY_CASES.realEstate;

interface ShownRecord {
  readonly actor: { readonly kind: { readonly code: string } };
  readonly proof: { leafIndex: string; auditPath: string[]; salt: string; entry: string; checkpoint: string };
}

test('a citizen sees that an official has looked, for which case, and has a proof of it', async () => {
  await graph.run('HandleCase', { variables: { id: caseNumber, item: item.code }, as: 'official' });
  const { data, errors } = await graph.run('WhoLookedAtMe', { as: 'citizen-l2' });
  expect(errors).toEqual([]);
  const nodes = at(data, 'me', 'accessRecords', 'nodes') as ShownRecord[];
  const shown = nodes.find(({ actor }) => actor.kind.code === 'STAFF');
  expect(shown).toMatchObject({
    event: 'ACCESS',
    actor: {
      kind: { code: 'STAFF' },
      isSelf: false,
      department: { code: official.department, name: expect.stringMatching(/^梅江区/) },
    },
    purpose: { code: 'case-handling', en: 'handling a case' },
    ...{ caseNumber, itemCode: item.code, shown: { codes: expect.arrayContaining(['case']) }, systems: ['cases'] },
  });
  expect(JSON.stringify(data)).not.toContain(official.actor);

  const { leafIndex, auditPath, salt, entry, checkpoint: note } = (shown as ShownRecord).proof;
  const checkpoint = readCheckpoint(note, access.verifiers);
  const leaf = leafHash(sm3, commitmentOf(Buffer.from(salt, 'base64'), entry));
  const path = auditPath.map((hash) => Buffer.from(hash, 'base64'));
  const proves = (index: number) =>
    checkpoint !== null && provesInclusion(sm3, { leaf, index, size: checkpoint.size, root: checkpoint.root }, path);
  expect(proves(Number(leafIndex))).toBe(true);
  expect(proves(Number(leafIndex) + 1)).toBe(false);
});

test('looking at the records is a record itself', async () => {
  const count = async () => at((await graph.run('WhoLookedAtMe', { as: 'husband' })).data, 'me', 'accessRecords', 'totalCount');
  const before = await count();
  const { data } = await graph.run('WhoLookedAtMe', { as: 'husband' });
  expect(at(data, 'me', 'accessRecords', 'totalCount')).toBe(Number(before) + 1);
  expect(at(data, 'me', 'accessRecords', 'nodes', 0)).toMatchObject({
    actor: { kind: { en: 'yourself' }, isSelf: true, department: null },
    ...{ shown: { codes: ['access'] }, systems: ['ledger'] },
  });
});

test('the item and the case of a record lead on to what the citizen may see of them', async () => {
  const { data, errors } = await graph.ask(
    '{ me { accessRecords(first: 100) { nodes { caseNumber item { name } case { state } } } } }',
    { as: 'citizen-l2', headers: { 'meijiang-purpose': 'own-records' } },
  );
  expect(errors).toEqual([]);
  expect(at(data, 'me', 'accessRecords', 'nodes')).toContainEqual({
    caseNumber,
    item: { name: item.name },
    case: { state: expect.any(String) },
  });
});

test('an official reads none of it by way of a case that he handles, and the rest of his answer is there', async () => {
  const { data, errors } = await graph.ask(
    `{ case(id: "${caseNumber}") { state applicant { person { accessRecords { totalCount } } } } }`,
    { as: 'official', headers: { 'meijiang-purpose': `case-handling; item=${item.code}; case=${caseNumber}` } },
  );
  expect(errors.map(({ extensions }) => extensions.code)).toEqual(['FORBIDDEN']);
  expect(data).toMatchObject({ case: { state: expect.any(String), applicant: { person: { accessRecords: null } } } });
});
