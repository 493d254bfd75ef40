import { STORY_CASES, STORY_NOTICES } from '../kernel/sandbox/population/stories.ts';

/** Two keys that a citizen may not tell apart: one of somebody else's record, and one that nobody has. */
export interface AlikePair {
  readonly what: string;
  /** One text for both: the key is its variable. */
  readonly query: string;
  readonly foreign: string;
  readonly absent: string;
}

/** Who asks; every foreign record is that of others. */
export const STRANGER = 'citizen-l3';
/** Whose payment is opened first, because the systems have none at their start. */
export const OWNER = 'citizen-l2';

/** Opens {@link OWNER}'s payment. Its answer holds the payment's id. */
export const OPEN_PAYMENT = `mutation { createPayment(input: { noticeNumber: "${STORY_NOTICES.realEstateFee.noticeNumber}", channel: WECHAT,
  returnUrl: "https://www.example.gov.cn/done", idempotencyKey: "alike-1234" }) { ... on OpenedPayment { payment { id } } } }`;

/**
 * The pairs over the systems as they start. No root field looks a person up by a key: people are reached through what they have.
 *
 * @param paymentId Of {@link OWNER}.
 */
export const alikePairs = (paymentId: string): readonly AlikePair[] => [
  {
    what: 'licence',
    query: 'query ($key: ID!) { licence(code: $key) { name holders { name maskedNumber } } }',
    ...{ foreign: '441402201858AAB947', absent: '441402209999AAB947' },
  },
  {
    what: 'case',
    query: 'query ($key: ID!) { case(id: $key) { state applicant { name } } }',
    ...{ foreign: STORY_CASES.realEstate.number, absent: '44140220240506000000000009991' },
  },
  {
    what: 'payment notice',
    query: 'query ($key: String!) { paymentNotice(number: $key) { amount payerName } }',
    ...{ foreign: STORY_NOTICES.realEstateFee.noticeNumber, absent: '44140224000000099998' },
  },
  {
    what: 'payment',
    query: 'query ($key: ID!) { payment(id: $key) { state } }',
    ...{ foreign: paymentId, absent: `${paymentId.slice(0, -1)}${paymentId.endsWith('0') ? '1' : '0'}` },
  },
  {
    what: 'seal',
    query: 'query ($key: ID!) { seal(id: $key) { name } }',
    ...{ foreign: 'DZYZX00000027010001', absent: 'DZYZX00000027010099' },
  },
  {
    what: 'signing request',
    query: 'query ($key: ID!) { signingRequest(id: $key) { state } }',
    ...{ foreign: 'QZ2024040200000001', absent: 'QZ2024040200000099' },
  },
];
