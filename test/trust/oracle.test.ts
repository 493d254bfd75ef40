import { describe, expect, test } from '@jest/globals';
import { execute } from 'graphql';
import type { Caller, Purpose } from '../../kernel/context.ts';
import { refusal } from '../../kernel/refusal.ts';
import type { Engine } from '../../gateway/engine/engine.ts';
import { readRegister } from '../../gateway/disclosure/register.ts';
import { guardingOf, watchOver, type Seen } from '../../gateway/disclosure/watch.ts';
import { byOffice } from '../../gateway/grants/byOffice.ts';
import { mergedSchema } from '../federation/fixture.ts';
import { comparable, localEngine, remoteEngine, supergraphOf, type TestRequest } from '../federation/harness.ts';
import { operationsOver, type Asked, type Trait } from './asked.ts';
import { district } from './district.ts';
import { knowing, mask, type Masked } from './mask.ts';
import { CALLERS, GRANT, type CallerRow } from './policy.ts';

// On demand: SEED=7 COUNT=20000 npm test -- test/trust/oracle.test.ts
const SEED = Number(process.env['SEED'] ?? 20_260_401);
const COUNT = Number(process.env['COUNT'] ?? 520);
const TIMEOUT_MS = 60_000 + COUNT * 200;

const schema = mergedSchema(district);
const register = readRegister(supergraphOf(district));
const guarding = guardingOf(register);
const operations = operationsOver(schema, COUNT, SEED);

const CASE = { itemCode: '11441402007220000000000000000001', caseNumber: '1' };

const caller = (kind: Caller['kind'], personKey: string | null, uscc: string | null = null): Caller => ({
  ...{ subject: 's', actor: 'a', kind, name: '', department: null, assurance: 'L3', personKey, uscc, credential: null },
});

const purpose = (code: string, details: Partial<Purpose> = {}): Purpose => ({
  code,
  itemCode: null,
  caseNumber: null,
  ...details,
});

/** The same callers as in the table, as the gateway knows them. */
const REQUESTS: Readonly<Record<string, { readonly caller: Caller | null; readonly purpose: Purpose | null }>> = {
  'nobody signed in': { caller: null, purpose: null },
  'citizen A': { caller: caller('PERSON', 'RESIDENT_ID:A'), purpose: purpose('own-records') },
  'citizen B': { caller: caller('PERSON', 'RESIDENT_ID:B'), purpose: null },
  'agent of K': { caller: caller('AGENT', 'RESIDENT_ID:C', '91441400MA4UXXXXXX'), purpose: null },
  'citizen A for a statutory duty': { caller: caller('PERSON', 'RESIDENT_ID:A'), purpose: purpose('statutory-duty', CASE) },
  'official without a purpose': { caller: caller('STAFF', 'RESIDENT_ID:Z'), purpose: null },
  'official for a case that he does not name': { caller: caller('STAFF', 'RESIDENT_ID:Z'), purpose: purpose('case-handling') },
  'official for his own records': { caller: caller('STAFF', 'RESIDENT_ID:C'), purpose: purpose('own-records', CASE) },
  'official with a case': { caller: caller('STAFF', 'RESIDENT_ID:Z'), purpose: purpose('case-handling', CASE) },
  'official with a case of others': { caller: caller('STAFF', 'RESIDENT_ID:Z'), purpose: purpose('case-handling', CASE) },
  'official with a case under a statute': { caller: caller('STAFF', 'RESIDENT_ID:Z'), purpose: purpose('statutory-duty', CASE) },
  'application without a grant': { caller: caller('APPLICATION', null), purpose: purpose('case-handling', CASE) },
  'application with a grant': { caller: caller('APPLICATION', null), purpose: purpose('case-handling', CASE) },
  'application with a grant and a case': { caller: caller('APPLICATION', null), purpose: purpose('case-handling', CASE) },
};

const watchOf = ({ caller: name, handles }: CallerRow) => {
  const request = REQUESTS[name];
  if (!request) throw new Error(`The table's caller ${name} is not known here.`);
  const hasGrant = name.startsWith('application with a grant');
  return watchOver(request, {
    granting:
      request.caller?.kind === 'STAFF'
        ? byOffice(request.caller.subject, { count: async () => {} })
        : { meet: async () => {}, showing: ({ coordinate }) => (hasGrant ? (GRANT[coordinate] ?? null) : null) },
    dutyOf: async () => ({
      obstacle: name === 'official with a case of others' ? refusal('PURPOSE_DENIED') : null,
      concerned: handles ?? null,
    }),
  });
};

const seenOf = ({ subject, decisions }: Seen): string[] =>
  Array.from(decisions, ([{ coordinate }, decision]) => {
    const outcome = decision.kind === 'REFUSED' ? decision.code : decision.kind.toLowerCase();
    return `${subject ?? ''} ${coordinate} ${outcome}`;
  });

interface Turn extends Asked {
  readonly row: CallerRow;
}

/** Each operation with the caller whose turn it is, so that all of them meet all kinds of operations. */
const turns: readonly Turn[] = operations.map((operation, i) => ({
  ...operation,
  row: CALLERS[i % CALLERS.length] as CallerRow,
}));

const expected = new Map<Turn, Masked>();

/** Asked of one schema over all of the data, and masked by hand. */
async function expectedOf(turn: Turn): Promise<Masked> {
  const { document, variables, row } = turn;
  const known = expected.get(turn);
  if (known) return known;
  const whole = await execute({ schema, document: knowing(document, schema), variableValues: variables });
  expect(whole.errors).toBeUndefined();
  const masked = mask(whole.data, document, schema, variables, row);
  expected.set(turn, masked);
  return masked;
}

const stopping = (engine: Engine<TestRequest>): Engine<TestRequest> & AsyncDisposable => ({
  ...engine,
  [Symbol.asyncDispose]: () => engine.stop(),
});

describe(`${COUNT} random operations: what a caller gets is what there is, behind the mask of the policy`, () => {
  test.each([
    { way: 'compiled', open: async () => stopping(localEngine(district, { guarding })), every: 1 },
    { way: 'over merged data', open: async () => stopping(localEngine(district, { guarding, isMerged: true })), every: 1 },
    { way: 'over HTTP', open: () => remoteEngine(district, { guarding }), every: 5 },
  ])(
    '$way',
    async ({ open, every }) => {
      await using engine = await open();
      const outcomes = new Set<string>();
      for (const turn of turns.filter((_, i) => i % every === 0)) {
        const { text, document, variables, row } = turn;
        const { data, errors, showings } = await expectedOf(turn);
        const guard = watchOf(row);
        const answer = comparable(await engine.execute({ document, variables, request: {}, guard }));
        expect({ caller: row.caller, text, variables, answer }).toEqual({
          ...{ caller: row.caller, text, variables },
          answer: { data: JSON.parse(JSON.stringify(data)), errors: [...errors].sort((a, b) => (a.path < b.path ? -1 : 1)) },
        });
        // What the answer shows or keeps back is remembered for the ledger.
        const seen = new Set(guard.seen().flatMap(seenOf));
        for (const { subject, coordinate, outcome } of showings) {
          outcomes.add(outcome);
          expect(seen).toContain(`${subject} ${coordinate} ${outcome}`);
        }
      }
      expect([...outcomes].sort()).toEqual([
        'FORBIDDEN',
        'PURPOSE_DENIED',
        'PURPOSE_REQUIRED',
        'UNAUTHENTICATED',
        'full',
        'masked',
      ]);
    },
    TIMEOUT_MS,
  );

  test.each<Trait>(['alias on a personal field', 'fragment on every type', 'way back to the same object'])(
    'at least 30 %% of them have: %s',
    (trait) => {
      expect(operations.filter(({ traits }) => traits.has(trait)).length / COUNT).toBeGreaterThanOrEqual(0.3);
    },
  );
});
