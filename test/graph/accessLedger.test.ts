import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { systemClock } from '../../kernel/clock.ts';
import { readConfig } from '../../kernel/config.ts';
import { sm3 } from '../../kernel/crypto/sm3.ts';
import { ACCESS, type AccessFacts } from '../../kernel/ledger/access.ts';
import { openAccessLedger, type AccessLedger } from '../../kernel/ledger/accessLedger.ts';
import { readCheckpoint } from '../../kernel/ledger/checkpoint.ts';
import { commitmentOf } from '../../kernel/ledger/ledger.ts';
import { leafHash, provesInclusion } from '../../kernel/ledger/merkle.ts';
import { callerOf } from '../../kernel/sandbox/harness.ts';
import { PEOPLE } from '../../kernel/sandbox/population/people.ts';
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
  state = openState(readConfig(environment));
  access = await openAccessLedger(state, readConfig(environment), systemClock);
}, 60_000);
afterAll(async () => {
  await state.close();
  await graph.close();
  rmSync(dataDir, { recursive: true });
});

const official = callerOf('official');
const { number: caseNumber, item } = STORY_CASES.realEstate;

/** An official has looked at the citizen; written as another process of the same graph would. */
async function officialLooked(request: string): Promise<void> {
  const actor = access.ledger.pseudonymOf(official.actor);
  const facts: AccessFacts = {
    ...{ event: ACCESS, request, actor, onBehalfOf: actor, kind: 'STAFF', department: official.department },
    ...{ purpose: 'case-handling', itemCode: item.code, caseNumber, legalBasis: '《个人信息保护法》第十三条第一款第三项' },
    ...{ operationName: 'HandleCase', operationHash: '00'.repeat(32) },
    ...{ shown: ['case'], masked: [], denied: [], systems: ['cases'] },
  };
  await access.ledger.append([{ subject: PEOPLE.citizenL2.personKey, visibleFromMs: null, facts: { ...facts } }]);
}

interface ShownRecord {
  readonly requestId: string;
  readonly proof: { leafIndex: string; auditPath: string[]; salt: string; entry: string; checkpoint: string };
}

test('WhoLookedAtMe shows a citizen who looked, from which department, and proves it', async () => {
  await officialLooked('the request of the official');
  const { data, errors } = await graph.run('WhoLookedAtMe', { as: 'citizen-l2' });
  expect(errors).toEqual([]);
  const nodes = at(data, 'me', 'accessRecords', 'nodes') as ShownRecord[];
  const shown = nodes.find(({ requestId }) => requestId === 'the request of the official');
  expect(shown).toMatchObject({
    actor: {
      kind: { code: 'STAFF' },
      isSelf: false,
      department: { code: official.department, name: expect.stringMatching(/^梅江区/) },
    },
    purpose: { code: 'case-handling', en: 'handling a case' },
    ...{ caseNumber, itemCode: item.code, shown: { codes: ['case'] }, operationName: 'HandleCase' },
  });

  const { leafIndex, auditPath, salt, entry, checkpoint: note } = (shown as ShownRecord).proof;
  const checkpoint = readCheckpoint(note, access.verifiers);
  const leaf = leafHash(sm3, commitmentOf(Buffer.from(salt, 'base64'), entry));
  const path = auditPath.map((hash) => Buffer.from(hash, 'base64'));
  const proves = (index: number) =>
    checkpoint !== null && provesInclusion(sm3, { leaf, index, size: checkpoint.size, root: checkpoint.root }, path);
  expect(proves(Number(leafIndex))).toBe(true);
  expect(proves(Number(leafIndex) + 1)).toBe(false);
});

test('the item and the case of a record lead on to what the citizen may see of them', async () => {
  await officialLooked('another request');
  const { data, errors } = await graph.ask(
    '{ me { accessRecords(first: 100) { nodes { requestId item { name } case { state } } } } }',
    { as: 'citizen-l2', headers: { 'meijiang-purpose': 'own-records' } },
  );
  expect(errors).toEqual([]);
  expect(at(data, 'me', 'accessRecords', 'nodes')).toContainEqual({
    requestId: 'another request',
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
