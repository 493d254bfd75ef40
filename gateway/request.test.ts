import { describe, expect, test } from '@jest/globals';
import { parse, Kind, type OperationDefinitionNode } from 'graphql';
import { manualClock } from '../kernel/clock.ts';
import type { Caller } from '../kernel/context.ts';
import { silentLog } from '../kernel/log.ts';
import { callerOf } from '../kernel/sandbox/harness.ts';
import { createDelegations } from './authorization/delegations.ts';
import { purposeOfOperation } from './purpose.ts';
import { requestFromHeaders } from './request.ts';

const { signal } = new AbortController();
const caller = callerOf('citizen-l2');
const sessions = { issue: async () => 'token', callerOf: async () => caller };
const contextOf = (headers: Record<string, string>) =>
  requestFromHeaders(headers, { id: 'r1', signal }, { sessions, log: silentLog, now: () => 1_000 });

const ITEM = '11441402X0000102XH4440131001000';

describe('the context of a request', () => {
  test('has the caller of its token and nothing that other headers claim', async () => {
    await expect(
      contextOf({ authorization: 'Bearer a.b.c', 'x-tif-uid': 'somebody', 'meijiang-assertion': 'x' }),
    ).resolves.toMatchObject({ caller });
    await expect(contextOf({ 'x-tif-uid': 'somebody' })).resolves.toMatchObject({ caller: null });
  });

  test.each(['Basic YTpi', 'Bearer', 'Bearer a b', 'Bearer a.b.c ', 'Bearer a.b.c\t', 'Bearer a.b.c, Bearer d.e.f', 'a.b.c'])(
    'refuses the authorization %p',
    async (authorization) => {
      await expect(contextOf({ authorization })).rejects.toMatchObject({ code: 'UNAUTHENTICATED' });
    },
  );

  test.each([
    { header: 'own-records', purpose: { code: 'own-records', itemCode: null, caseNumber: null } },
    {
      header: `case-handling; item=${ITEM}; case=44140220240506000000000000017`,
      purpose: { code: 'case-handling', itemCode: ITEM, caseNumber: '44140220240506000000000000017' },
    },
  ])('has the purpose of the header $header', async ({ header, purpose }) => {
    await expect(contextOf({ 'meijiang-purpose': header })).resolves.toMatchObject({ purpose });
  });

  test.each(['curiosity', 'own-records; item=short', 'case-handling; case=abc', 'own-records; x=1'])(
    'refuses the purpose %p',
    async (header) => {
      await expect(contextOf({ 'meijiang-purpose': header })).rejects.toMatchObject({ code: 'BAD_USER_INPUT' });
    },
  );
});

test('a request of an agent has a context only while he acts for his organisation', async () => {
  let acts = true;
  const agent = callerOf('company-agent');
  const comingAs = (who: Caller) =>
    requestFromHeaders(
      { authorization: 'Bearer a.b.c' },
      { id: 'r1', signal },
      {
        ...{ sessions: { callerOf: async () => who }, log: silentLog, now: () => 1_000 },
        delegations: createDelegations({ signIn: { actsFor: async () => acts }, clock: manualClock(0) }),
      },
    );
  await expect(comingAs(agent)).resolves.toMatchObject({ caller: agent });
  acts = false;
  await expect(comingAs(agent)).rejects.toMatchObject({ code: 'UNAUTHENTICATED' });
  await expect(comingAs(caller)).resolves.toMatchObject({ caller });
});

describe('the purpose that an operation declares', () => {
  const operation = (source: string): OperationDefinitionNode => {
    const [definition] = parse(source).definitions;
    if (definition?.kind !== Kind.OPERATION_DEFINITION) throw new Error('no operation');
    return definition;
  };

  test('may come from its variables', () => {
    const document = `query A($item: ID) @purpose(code: "application", itemCode: $item) { x }`;
    expect(purposeOfOperation(operation(document))({ item: ITEM })).toEqual({
      code: 'application',
      itemCode: ITEM,
      caseNumber: null,
    });
    expect(purposeOfOperation(operation(document))({})).toEqual({ code: 'application', itemCode: null, caseNumber: null });
  });

  test('is null when it declares none, and refused when nobody knows it', () => {
    expect(purposeOfOperation(operation('{ x }'))({})).toBeNull();
    expect(() => purposeOfOperation(operation('query @purpose(code: "curiosity") { x }'))).toThrow(
      expect.objectContaining({ code: 'BAD_USER_INPUT' }),
    );
  });
});
