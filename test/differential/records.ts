import { isDeepStrictEqual } from 'node:util';
import type { ExecutionResult } from 'graphql';
import { STORY_NOTICES } from '../../kernel/sandbox/population/stories.ts';
import { about, requestBy } from './askers.ts';
import type { Graphs } from './graphs.ts';

/** Makes the records that only the graph itself keeps, so that queries find some: a payment, and a licence that was presented. */
export async function makeRecords({ local, clock }: Graphs): Promise<void> {
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

/** graphql-js' objects have no prototype. */
const toJson = (value: unknown): unknown => JSON.parse(JSON.stringify(value));
