import { isDeepStrictEqual } from 'node:util';
import type { ExecutionResult } from 'graphql';
import type { Caller } from '../../kernel/context.ts';
import { ACCESS, type AccessFacts } from '../../kernel/ledger/access.ts';
import type { LedgerRecord } from '../../kernel/ledger/ledger.ts';
import { callerOf } from '../../kernel/sandbox/harness.ts';
import { ORGANISATIONS } from '../../kernel/sandbox/population/organisations.ts';
import { PEOPLE } from '../../kernel/sandbox/population/people.ts';
import { STORY_NOTICES } from '../../kernel/sandbox/population/stories.ts';
import { about, requestBy } from './askers.ts';
import type { Graphs } from './graphs.ts';

/**
 * Makes the records that only the graph itself keeps, so that queries find some: a payment, a licence that was presented, and who
 * looked at citizens and the company.
 */
export async function makeRecords({ local, clock, ledger }: Graphs): Promise<void> {
  await ledger.append(looks());
  const ask = (text: string, purpose: 'application' | 'payment'): Promise<ExecutionResult> =>
    local({ text, variables: {} }, requestBy({ persona: 'citizen-l2', purpose: about(purpose) }, clock.now()));

  const notice = STORY_NOTICES.realEstateFee.noticeNumber;
  const opened = await ask(
    `mutation { createPayment(input: { noticeNumber: "${notice}", channel: WECHAT, returnUrl: "https://www.example.gov.cn/done", idempotencyKey: "pay-1" }) { __typename } }`,
    'payment',
  );
  const held = await ask('{ me { licences(first: 1, status: ISSUED) { nodes { code } } } }', 'application');
  // The shape is the query's.
  const { me } = held.data as { me: { licences: { nodes: [{ code: string }] } } };
  const presented = await ask(
    `mutation { presentLicence(input: { licenceCode: "${me.licences.nodes[0].code}", idempotencyKey: "present-1" }) { __typename } }`,
    'application',
  );
  const made = [opened.data?.['createPayment'], presented.data?.['presentLicence']];
  const expected = [{ __typename: 'OpenedPayment' }, { __typename: 'LicencePresentation' }];
  if (!isDeepStrictEqual(toJson(made), expected)) throw new Error(`The records were not made: ${JSON.stringify(made)}`);
}

/** The official has looked at each citizen and at the company, and an agent of the company at the husband. */
function looks(): LedgerRecord[] {
  const { code: purpose, itemCode, caseNumber } = about('case-handling');
  const [official, agent] = [callerOf('official'), callerOf('company-agent')];
  const look = ({ kind, actor, subject: onBehalfOf, department }: Caller, subject: string): LedgerRecord => {
    const facts: AccessFacts = {
      ...{ event: ACCESS, request: 'a request', kind, actor, onBehalfOf, department, purpose, itemCode, caseNumber },
      ...{ legalBasis: 'a law', operationName: 'HandleCase', operationHash: '00'.repeat(32), refusals: ['PURPOSE_DENIED'] },
      ...{ shown: ['case', 'identity'], masked: ['contact'], denied: ['financial'], systems: ['cases'] },
    };
    return { subject, visibleFromMs: null, facts: { ...facts } };
  };
  const { citizenL2, husband } = PEOPLE;
  const subjects = [citizenL2.personKey, husband.personKey, ORGANISATIONS.company.uscc];
  return [...subjects.map((subject) => look(official, subject)), look(agent, husband.personKey)];
}

/** graphql-js' objects have no prototype. */
const toJson = (value: unknown): unknown => JSON.parse(JSON.stringify(value));
