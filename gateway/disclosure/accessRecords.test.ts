import { expect, test } from '@jest/globals';
import type { Caller, RequestContext } from '../../kernel/context.ts';
import { createLog } from '../../kernel/log.ts';
import { accessRecords } from './accessRecords.ts';
import type { RegisteredField } from './register.ts';
import type { Seen } from './watch.ts';

const field: RegisteredField = {
  ...{ coordinate: 'Bill.payer', sensitivity: 3, category: 'identity', mask: null, system: 'bills', owner: '局' },
  ...{ level: 'district', freshness: null, purposes: ['statutory-duty'], tag: 'public' },
};

const caller = (kind: Caller['kind']): Caller => ({
  ...{
    subject: 's',
    actor: 'a',
    kind,
    name: '',
    department: null,
    assurance: 'L3',
    personKey: null,
    uscc: null,
    credential: null,
  },
});

test.each([
  { kind: null, basis: null },
  { kind: 'PERSON', basis: null },
  { kind: 'AGENT', basis: null },
  { kind: 'STAFF', basis: expect.stringContaining('第十三条') },
] as const)('a duty is the legal basis of an official, whoever else claims one ($kind)', ({ kind, basis }) => {
  const request: RequestContext = {
    ...{ id: 'r', caller: kind && caller(kind), log: createLog({ level: 'silent' }) },
    purpose: { code: 'statutory-duty', itemCode: null, caseNumber: null },
    deadline: { atMs: 0, signal: new AbortController().signal },
  };
  const seen: readonly Seen[] = [{ subject: null, relation: 'NOBODY', decisions: new Map([[field, { kind: 'FULL' }]]) }];
  const occasion = { request, operationName: null, operationHash: '', usedFor: () => [], nowMs: 0, refusals: [] };
  expect(accessRecords(seen, occasion)).toMatchObject([{ facts: { shown: ['identity'], legalBasis: basis } }]);
});
