import type { ExecutionResult } from 'graphql';
import type { Purpose, RequestContext } from '../../../kernel/context.ts';
import { callerOf, requestOf, startWithSandbox, type Harness, type HarnessOptions } from '../../../kernel/sandbox/harness.ts';
import { PEOPLE, type PersonRecord } from '../../../kernel/sandbox/population/people.ts';
import { STORY_CASES } from '../../../kernel/sandbox/population/stories.ts';
import type { SandboxHandler, SandboxReply, SandboxRequest } from '../../../kernel/sandbox/system.ts';
import type { Subgraph } from '../../../kernel/subgraph.ts';
import licence from '../index.ts';
import { seededCode } from './seeds.ts';

// How the tests of this folder ask the subgraph over its sandbox.

const { realEstate } = STORY_CASES;
/** What the official of the population handles. */
export const CASE: Purpose = { code: 'case-handling', itemCode: realEstate.item.code, caseNumber: realEstate.number };
/** The same case, seen by its applicant. */
export const APPLICATION: Purpose = { ...CASE, code: 'application' };

/** The subgraph over its sandbox. */
export const start = (options?: HarnessOptions): Promise<Harness> => startWithSandbox(licence, options);
/** A request by a persona. */
export const as = (persona: string, purpose: Purpose | null = null): RequestContext =>
  requestOf({ caller: callerOf(persona), purpose });
/** A request by the official, for his case. */
export const official = (): RequestContext => as('official', CASE);

/** The code of a person's seeded licence. */
export const codeOf = (person: Pick<PersonRecord, 'certificateNumber'>, typeCode: string, issuedOn: string): string =>
  seededCode({ number: person.certificateNumber }, typeCode, issuedOn);
/** The code of an adult's identity card. */
export const cardOf = (person: PersonRecord): string => codeOf(person, '110000101', '2018-03-01');

/** The value under a dotted path. */
export const at = (value: unknown, path: string): unknown =>
  path
    .split('.')
    .reduce<unknown>((inner, key) => (typeof inner === 'object' && inner !== null ? Reflect.get(inner, key) : undefined), value);

/** The codes of all errors, in their order. */
export const codesOf = ({ errors = [] }: ExecutionResult): unknown[] => errors.map(({ extensions }) => extensions['code']);

const LIST = 'licences(first: 100) { totalCount nodes { code name type { code } status } pageInfo { hasNextPage endCursor } }';

/** Fields of persons by reference, as the gateway would ask for them. */
export const persons = (
  harness: Harness,
  people: readonly PersonRecord[],
  request: RequestContext,
  fields = LIST,
): Promise<ExecutionResult> =>
  harness.execute(
    `query ($of: [_Any!]!) { _entities(representations: $of) { ... on Person { ${fields} } } }`,
    { of: people.map(({ personKey }) => ({ __typename: 'Person', personKey })) },
    request,
  );

/** Fields of one organisation by reference. */
export const organisation = (harness: Harness, uscc: string, request: RequestContext, fields = LIST): Promise<ExecutionResult> =>
  harness.execute(
    `query ($of: [_Any!]!) { _entities(representations: $of) { ... on Organization { ${fields} } } }`,
    { of: [{ __typename: 'Organization', uscc }] },
    request,
  );

/** Fields of one licence by its code. */
export const one = (harness: Harness, code: string, request: RequestContext, fields: string): Promise<ExecutionResult> =>
  harness.execute(`query ($code: ID!) { licence(code: $code) { ${fields} } }`, { code }, request);

/** Calls of the licence system that some work needs, the session being open. */
export async function callsOf(harness: Harness, work: () => Promise<unknown>, system = 'licence'): Promise<number> {
  await one(harness, cardOf(PEOPLE.wife), as('wife'), 'code');
  const before = harness.system(system).calls();
  await work();
  return harness.system(system).calls() - before;
}

/** The same subgraph over a system that answers some calls differently. */
export const rewired = (
  change: (request: SandboxRequest, usual: SandboxHandler) => SandboxReply | Promise<SandboxReply>,
  changed = 'licence',
): Subgraph => ({
  ...licence,
  sandbox: async (kit) =>
    (await licence.sandbox(kit)).map((system) => ({
      ...system,
      addresses: Object.fromEntries(
        Object.entries(system.addresses).map(([name, address]) => [
          name,
          typeof address !== 'function' || system.name !== changed
            ? address
            : (request: SandboxRequest) => change(request, address),
        ]),
      ),
    })),
});

/** A reply in JSON. */
export const json = (content: object): SandboxReply => ({ body: JSON.stringify(content) });
