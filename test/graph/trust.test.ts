import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { systemClock } from '../../kernel/clock.ts';
import { openLedger } from '../../kernel/ledger/ledger.ts';
import { PEOPLE } from '../../kernel/sandbox/population/people.ts';
import { STORY_CASES } from '../../kernel/sandbox/population/stories.ts';
import { openState } from '../../kernel/state.ts';
import type { Grant, NewGrant } from '../../gateway/grants/grant.ts';
import { openGrants, type Grants } from '../../gateway/grants/grants.ts';
import { at, startTestGraph, type TestGraph } from './client.ts';

const { marriage, realEstate } = STORY_CASES;

let graph: TestGraph;
let dataDir: string;
/** Ahead of the machine's clock: the graph's time can be moved. */
let aheadMs = 0;
const clock = { ...systemClock, now: () => Date.now() + aheadMs };
beforeAll(async () => {
  dataDir = mkdtempSync(join(tmpdir(), 'trust-'));
  graph = await startTestGraph({ DATA_DIR: dataDir }, clock);
});
afterAll(async () => {
  await graph.close();
  rmSync(dataDir, { recursive: true });
});

/** The state of the running graph, as another process sees it. */
async function withState<T>(work: (grants: Grants) => Promise<T>): Promise<T> {
  const state = openState({ dataDir, databaseUrl: null });
  try {
    const grants = await openGrants({ state, ledger: await openLedger(state, clock), clock });
    return await work(grants);
  } finally {
    await state.close();
  }
}

interface Recorded {
  readonly [fact: string]: unknown;
}

/** Every entry of the ledger, oldest first. */
function recordsIn(): readonly Recorded[] {
  const database = new DatabaseSync(join(dataDir, 'graph.sqlite'), { readOnly: true });
  try {
    const rows = database.prepare('SELECT entry FROM ledger_entry ORDER BY sequence').all();
    return rows.map(({ entry }) => JSON.parse(String(entry)) as Recorded);
  } finally {
    database.close();
  }
}

/** Entries that are added while `work` runs. */
async function recordedDuring(work: () => Promise<unknown>): Promise<readonly Recorded[]> {
  const before = recordsIn().length;
  await work();
  return recordsIn().slice(before);
}

describe('a department’s application', () => {
  const purpose = `statutory-duty; item=${marriage.item.code}; case=${marriage.number}`;
  const asApplication = { as: 'department-application', headers: { 'meijiang-purpose': purpose } };
  const GRANTED = `query ($id: ID!) { case(id: $id) { itemName state submittedAt applicant { name } } }`;
  const MORE = `query ($id: ID!) { case(id: $id) { itemName decision { fee } steps { name } } }`;
  const variables = { id: marriage.number };

  test('reads what its grant opens, under the law that the grant cites', async () => {
    const entries = await recordedDuring(async () => {
      const { data, errors } = await graph.ask(GRANTED, { variables, ...asApplication });
      expect(errors).toEqual([]);
      expect(data?.['case']).toMatchObject({ itemName: marriage.item.name, applicant: { name: PEOPLE.husband.name } });
    });
    expect(entries).toEqual([
      expect.objectContaining({
        ...{ event: 'ACCESS', subject: PEOPLE.husband.personKey, kind: 'APPLICATION', purpose: 'statutory-duty' },
        ...{ shown: ['case', 'identity'], masked: [], denied: [], legalBasis: expect.stringContaining('模拟数据') },
        ...{ caseNumber: marriage.number, systems: ['cases'] },
      }),
    ]);
  });

  test('and nothing else: what it asks beyond it is refused, and that is recorded', async () => {
    const entries = await recordedDuring(async () => {
      const { errors } = await graph.ask(MORE, { variables, ...asApplication });
      expect(errors.length).toBeGreaterThan(0);
      expect(new Set(errors.map(({ extensions }) => extensions.code))).toEqual(new Set(['PURPOSE_DENIED']));
    });
    expect(entries).toEqual([
      expect.objectContaining({ shown: ['case'], denied: expect.arrayContaining(['case']), refusals: ['PURPOSE_DENIED'] }),
    ]);
  });

  test('for another purpose than that of its grant it reads nothing', async () => {
    const headers = { 'meijiang-purpose': purpose.replace('statutory-duty', 'case-handling') };
    const { errors } = await graph.ask(GRANTED, { variables, as: 'department-application', headers });
    expect(new Set(errors.map(({ extensions }) => extensions.code))).toEqual(new Set(['PURPOSE_DENIED']));
  });

  test('once its grant is suspended it reads nothing within 60 s, and again when it is resumed', async () => {
    const codes = async () => {
      aheadMs += 30_000;
      const { errors } = await graph.ask(GRANTED, { variables, ...asApplication });
      return [...new Set(errors.map(({ extensions }) => extensions.code))];
    };
    await withState((grants) => grants.change('sandbox-civil-affairs-aid', 'suspend', 'test'));
    await expect(codes()).resolves.toEqual(['PURPOSE_DENIED']);
    await withState((grants) => grants.change('sandbox-civil-affairs-aid', 'resume', 'test'));
    await expect(codes()).resolves.toEqual([]);
    expect(aheadMs).toBeLessThanOrEqual(60_000);
  });

  const LICENCES = `query ($case: ID!, $number: String!) {
    licencesForCase(caseNumber: $case, holder: { certificateType: RESIDENT_ID, number: $number }, first: 5) { nodes { status } }
  }`;
  const licencesOf = async ({ certificateNumber }: { readonly certificateNumber: string }) => {
    const asked = { case: marriage.number, number: certificateNumber };
    const { data, errors } = await graph.ask(LICENCES, { variables: asked, ...asApplication });
    return errors.length > 0 ? errors[0]?.extensions.code : at(data, 'licencesForCase', 'nodes', 0, 'status');
  };
  const granted = (change: Pick<Grant, 'id' | 'basis' | 'personsPerDay'>): NewGrant => ({
    ...{
      application: 'civil-affairs-aid',
      purpose: 'statutory-duty',
      citation: '测试 · test',
      fields: { 'LicenceConnection.nodes': 'full', 'Licence.status': 'full' },
    },
    ...{ deferredDays: 0, expiresAtMs: clock.now() + 3_600_000, ...change },
  });

  test('a grant of one person a day shows one person a day, however often', async () => {
    await withState((grants) => grants.add(granted({ id: 'one', basis: 'STATUTORY_DUTY', personsPerDay: 1 }), 'test'));
    aheadMs += 30_000;
    await expect(licencesOf(PEOPLE.citizenL2)).resolves.toBe('ISSUED');
    await expect(licencesOf(PEOPLE.citizenL2)).resolves.toBe('ISSUED');
    const entries = await recordedDuring(() => expect(licencesOf(PEOPLE.collector)).resolves.toBe('RATE_LIMITED'));
    expect(entries).toEqual([
      expect.objectContaining({
        subject: PEOPLE.collector.personKey,
        shown: [],
        denied: ['licence'],
        refusals: ['RATE_LIMITED'],
      }),
    ]);
    await withState((grants) => grants.change('one', 'revoke', 'test'));
    aheadMs += 30_000;
  });

  test('a grant that rests on consent opens whom it was given by, as long as it stands', async () => {
    const consent = granted({ id: 'asked', basis: 'CONSENT', personsPerDay: 100 });
    await withState((grants) => grants.add(consent, 'test'));
    aheadMs += 30_000;
    const who = PEOPLE.citizenL2.personKey;
    await expect(licencesOf(PEOPLE.citizenL2)).resolves.toBe('PURPOSE_DENIED');
    await withState(async (grants) => grants.consents.give(await grants.find('asked'), who));
    await expect(licencesOf(PEOPLE.citizenL2)).resolves.toBe('ISSUED');
    await expect(licencesOf(PEOPLE.collector)).resolves.toBe('PURPOSE_DENIED');
    await withState(async (grants) => grants.consents.withdraw(await grants.find('asked'), who));
    await expect(licencesOf(PEOPLE.citizenL2)).resolves.toBe('PURPOSE_DENIED');
  });
});

describe('an official', () => {
  const LICENCES = `query ($case: ID!, $number: String!) {
    licencesForCase(caseNumber: $case, holder: { certificateType: RESIDENT_ID, number: $number }, first: 1) { nodes { name } }
  }`;
  const { item } = realEstate;

  const SHOWN = expect.stringMatching(/证/);
  const NOBODYS = { number: '44140220240506000000000009991' };
  interface Reading {
    readonly what: string;
    readonly code: string;
    readonly of: { readonly number: string };
    readonly item: { readonly code: string };
    readonly reads?: { readonly certificateNumber: string };
    readonly told: unknown;
  }
  test.each<Reading>([
    { what: 'with the citizen’s case that his department handles', code: 'case-handling', of: realEstate, item, told: SHOWN },
    {
      ...{ what: 'with a case of his department that is somebody else’s', code: 'case-handling', of: realEstate, item },
      ...{ reads: PEOPLE.collector, told: 'PURPOSE_DENIED' },
    },
    {
      what: 'with a case that another department handles',
      code: 'case-handling',
      of: marriage,
      item: marriage.item,
      told: 'PURPOSE_DENIED',
    },
    { what: 'with the case of another item', code: 'case-handling', of: realEstate, item: marriage.item, told: 'PURPOSE_DENIED' },
    { what: 'with a case that nobody has', code: 'case-handling', of: NOBODYS, item, told: 'PURPOSE_DENIED' },
    {
      what: 'under a statute with a case of another department',
      ...{ code: 'statutory-duty', of: marriage, item: marriage.item, told: SHOWN },
    },
    { what: 'under a statute with a case that nobody has', code: 'statutory-duty', of: NOBODYS, item, told: 'PURPOSE_DENIED' },
  ])('$what reads of a citizen what he may', async ({ code, of, item: { code: itemCode }, reads = PEOPLE.citizenL2, told }) => {
    const headers = { 'meijiang-purpose': `${code}; item=${itemCode}; case=${of.number}` };
    const variables = { case: of.number, number: reads.certificateNumber };
    const { data, errors } = await graph.ask(LICENCES, { variables, as: 'official', headers });
    expect(errors[0]?.extensions.code ?? at(data, 'licencesForCase', 'nodes', 0, 'name')).toEqual(told);
  });

  test('whose case cannot be looked up now reads nothing of other people, and is told which system is the cause', async () => {
    // A duty that was confirmed before would be remembered.
    const headers = { 'meijiang-purpose': `statutory-duty; item=${item.code}; case=${realEstate.number}` };
    const variables = { case: realEstate.number, number: PEOPLE.citizenL2.certificateNumber };
    await graph.setFault('cases', { kind: 'reset' });
    try {
      const { errors } = await graph.ask(LICENCES, { variables, as: 'official', headers });
      expect(errors[0]?.extensions).toEqual({ code: 'UPSTREAM_UNAVAILABLE', system: 'cases' });
    } finally {
      await graph.setFault('cases', null);
    }
    await expect(graph.ask(LICENCES, { variables, as: 'official', headers })).resolves.toMatchObject({ errors: [] });
  });

  test.each([
    { what: 'with a case that nobody has', of: NOBODYS, holder: 'citizen-l2', told: 'PURPOSE_DENIED' },
    { what: 'with the case of somebody else', of: realEstate, holder: 'collector', told: 'PURPOSE_DENIED' },
    { what: 'with the holder’s case', of: realEstate, holder: 'citizen-l2', told: 'NOT_PERMITTED' },
  ])('$what he is told $told when he would revoke what another department issued', async ({ of: { number }, holder, told }) => {
    const HELD = '{ me { licences(type: "110000101", first: 1) { nodes { code } } } }';
    const { data: held } = await graph.ask(HELD, { as: holder });
    const REVOKE = `mutation ($code: ID!) {
      revokeLicence(input: { licenceCode: $code, reason: "test", idempotencyKey: "revoke-${holder}-${number}" }) { ... on LicenceRefused { reason } }
    }`;
    const { data, errors } = await graph.ask(REVOKE, {
      ...{ variables: { code: at(held, 'me', 'licences', 'nodes', 0, 'code') }, as: 'official' },
      headers: { 'meijiang-purpose': `case-handling; item=${item.code}; case=${number}` },
    });
    expect(errors[0]?.extensions.code ?? at(data, 'revokeLicence', 'reason')).toBe(told);
  });

  test('sees what there is to do without naming a case, and not who has applied', async () => {
    const TO_DO = '{ casesToHandle(first: 3) { nodes { id itemName state applicant { kind name } } } }';
    const { data, errors } = await graph.ask(TO_DO, { as: 'official', headers: { 'meijiang-purpose': 'case-handling' } });
    expect(at(data, 'casesToHandle', 'nodes', 0, 'itemName')).toEqual(expect.any(String));
    expect(at(data, 'casesToHandle', 'nodes', 0, 'applicant', 'name')).toBeNull();
    expect(new Set(errors.map(({ extensions }) => extensions.code))).toEqual(new Set(['PURPOSE_REQUIRED']));
  });
});

describe('which licences somebody holds', () => {
  const NOBODYS = '44140220240506000000000009991';
  const LISTS = {
    'by their types': 'nodes { type { name } }',
    'by their codes': 'nodes { code }',
    'by whether there are more': 'pageInfo { hasNextPage }',
  };
  interface Reading {
    readonly who: string;
    readonly as: string;
    readonly purpose: string;
    readonly told: 'something' | 'nothing';
  }
  interface Named {
    readonly number: string;
    readonly item: { readonly code: string };
  }
  const of = ({ number, item }: Named, code = 'case-handling') => `${code}; item=${item.code}; case=${number}`;
  const { collector } = PEOPLE;

  test.each<Reading>([
    {
      who: 'an official with a case that nobody has',
      as: 'official',
      purpose: of({ ...realEstate, number: NOBODYS }),
      told: 'nothing',
    },
    { who: 'an official with a case that is somebody else’s', as: 'official', purpose: of(realEstate), told: 'nothing' },
    { who: 'an official with a duty by statute', as: 'official', purpose: of(realEstate, 'statutory-duty'), told: 'something' },
    {
      who: 'an application without a grant for it',
      as: 'department-application',
      purpose: of(marriage),
      told: 'nothing',
    },
  ])('$who is told $told, and it is recorded', async ({ as, purpose, told }) => {
    for (const list of Object.values(LISTS)) {
      const query = `query ($case: ID!, $number: String!) {
        licencesForCase(caseNumber: $case, holder: { certificateType: RESIDENT_ID, number: $number }, first: 1) { ${list} }
      }`;
      const variables = { case: /case=(\d+)/.exec(purpose)?.[1], number: collector.certificateNumber };
      const entries = await recordedDuring(async () => {
        const { data, errors } = await graph.ask(query, { variables, as, headers: { 'meijiang-purpose': purpose } });
        const refused = { found: null, codes: ['PURPOSE_DENIED'] };
        expect({ found: at(data, 'licencesForCase'), codes: errors.map(({ extensions }) => extensions.code) }).toEqual(
          told === 'nothing' ? refused : { found: expect.anything(), codes: [] },
        );
      });
      const seen = told === 'nothing' ? { shown: [], denied: ['licence'] } : { shown: ['licence'], denied: [] };
      expect(entries).toEqual([expect.objectContaining({ subject: collector.personKey, ...seen })]);
    }
  });
});

describe('the ledger', () => {
  const purpose = `case-handling; item=${realEstate.item.code}; case=${realEstate.number}`;
  const CASE = 'query ($id: ID!) { case(id: $id) { state applicant { name } } }';
  const variables = { id: realEstate.number };

  test('has what an official saw of a citizen for his case, before the answer', async () => {
    const entries = await recordedDuring(() =>
      expect(graph.ask(CASE, { variables, as: 'official', headers: { 'meijiang-purpose': purpose } })).resolves.toMatchObject({
        errors: [],
      }),
    );
    expect(entries).toEqual([
      expect.objectContaining({
        ...{ event: 'ACCESS', kind: 'STAFF', subject: PEOPLE.citizenL2.personKey, purpose: 'case-handling' },
        ...{ shown: ['case', 'identity'], legalBasis: expect.stringContaining('第十三条'), caseNumber: realEstate.number },
      }),
    ]);
  });

  test('has that somebody asked and was refused, and not a word of what he asked for', async () => {
    const entries = await recordedDuring(() => graph.ask(CASE, { variables, as: 'husband' }));
    expect(entries).toEqual([
      expect.objectContaining({ subject: null, kind: 'PERSON', shown: [], denied: [], refusals: ['FORBIDDEN'] }),
    ]);
    expect(JSON.stringify(entries)).not.toContain(realEstate.number);
  });

  test('has a mutation before it runs', async () => {
    const PAY = `mutation { createPayment(input: { noticeNumber: "1", channel: WECHAT, returnUrl: "https://example.org", idempotencyKey: "1" }) { __typename } }`;
    const entries = await recordedDuring(() => graph.ask(PAY, { as: 'citizen-l2' }));
    expect(entries[0]).toMatchObject({ event: 'WRITE', kind: 'PERSON', subject: null });
  });

  test('is not filled by who has not signed in: he changes nothing, and nothing is written', async () => {
    const PRESENT = `mutation { presentLicence(input: { licenceCode: "x", idempotencyKey: "1" }) { __typename } }`;
    const entries = await recordedDuring(async () => {
      const { data, errors } = await graph.ask(PRESENT);
      expect(data ?? null).toBeNull();
      expect(errors.map(({ extensions }) => extensions.code)).toEqual(['UNAUTHENTICATED']);
    });
    expect(entries).toEqual([]);
    await expect(recordedDuring(() => graph.ask(PRESENT, { as: 'citizen-l2' }))).resolves.not.toEqual([]);
  });

  test('has the name of an operation also where the client does not repeat it', async () => {
    const entries = await recordedDuring(() => graph.ask('query Looking { me { name } }', { as: 'citizen-l2' }));
    expect(entries).toEqual([expect.objectContaining({ event: 'ACCESS', operationName: 'Looking' })]);
  });

  test('has of a name without end its beginning', async () => {
    const entries = await recordedDuring(async () => {
      const { errors } = await graph.ask(`query ${'x'.repeat(40_000)} { me { name } }`, { as: 'citizen-l2' });
      expect(errors).toEqual([]);
    });
    expect(entries).toEqual([expect.objectContaining({ event: 'ACCESS', operationName: 'x'.repeat(100) })]);
  });

  test('when it cannot be written nothing personal leaves and nothing is changed; what is public does, and all of it again afterwards', async () => {
    const PUBLIC = '{ division(code: "441402") { name } }';
    const WRITE = `mutation { presentLicence(input: { licenceCode: "x", idempotencyKey: "1" }) { __typename } }`;
    const codes = async (query: string) => {
      const { status, data, errors } = await graph.ask(query, { as: 'citizen-l2' });
      return { status, data: data ?? null, codes: errors.map(({ extensions }) => extensions.code) };
    };
    const PERSONAL = '{ me { name } }';
    const unavailable = { status: 503, data: null, codes: ['LEDGER_UNAVAILABLE'] };
    await expect(codes(PERSONAL)).resolves.toMatchObject({ status: 200, codes: [] });
    const rename = (from: string, to: string): void => {
      const database = new DatabaseSync(join(dataDir, 'graph.sqlite'));
      database.exec(`PRAGMA busy_timeout = 2000; ALTER TABLE ${from} RENAME TO ${to}`);
      database.close();
    };
    rename('ledger_node', 'ledger_gone');
    try {
      await expect(codes(PERSONAL)).resolves.toEqual(unavailable);
      await expect(codes(WRITE)).resolves.toEqual(unavailable);
      await expect(codes(PUBLIC)).resolves.toMatchObject({ status: 200, data: { division: expect.anything() }, codes: [] });
    } finally {
      rename('ledger_gone', 'ledger_node');
    }
    await expect(codes(PERSONAL)).resolves.toMatchObject({ status: 200, codes: [] });
    await expect(codes(WRITE)).resolves.not.toEqual(unavailable);
  });
});
