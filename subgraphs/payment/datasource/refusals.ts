import type { NoticeRefusal } from '../upstream/cashier.ts';
import { subjectKeysOf } from './access.ts';

/** Every expected failure, with a sentence for the user. */
const REFUSALS = {
  NOT_FOUND: '没有可由您办理的缴款 · There is nothing to pay or to pay back for this caller.',
  ALREADY_PAID: '该通知书已缴款 · The notice is already paid.',
  NOT_PAID: '该通知书尚未缴款 · The notice is not yet paid.',
  ALREADY_OPEN:
    '该通知书已通过其他渠道开立支付，请以原渠道继续，或待其收银台失效 · Another channel’s payment of the notice is open; go on with that channel, or wait until its cashier has closed.',
  VOID: '该通知书已作废 · The notice is void.',
  OVERDUE: '该通知书已过期，请联系执收单位 · The notice is overdue; please ask the collecting unit.',
  REFUNDED: '该款项已退付或正在退付 · The money is paid back already, or on its way.',
  CHARGE_UNKNOWN: '执收单位没有此收费项目 · The collecting unit has no such charge.',
} as const;

/** Any of them. */
export type Reason = keyof typeof REFUSALS;

/** Why something cannot be paid, billed or paid back. */
export type PaymentRefusal = Exclude<Reason, 'CHARGE_UNKNOWN'>;

/** An expected failure, as a member of the result. */
export interface Refused<Name extends string, Why extends Reason = PaymentRefusal> {
  readonly __typename: Name;
  readonly reason: Why;
  readonly message: string;
  /** The payer; empty where there is nothing for this caller. */
  readonly subjectKeys: string[] | null;
}

/** A state of the notice as a reason not to pay it. */
export const NOT_PAYABLE = {
  PAID: 'ALREADY_PAID',
  BILLED: 'ALREADY_PAID',
  VOID: 'VOID',
  OVERDUE: 'OVERDUE',
  REFUNDED: 'REFUNDED',
  NOT_FOUND: 'NOT_FOUND',
} as const satisfies Record<NoticeRefusal, PaymentRefusal>;

/** A refusal as it is kept: the reason without its sentence. */
export interface KeptRefusal<Why extends Reason = PaymentRefusal> {
  readonly done: false;
  readonly reason: Why;
  /** Who was to pay, as far as he is known; answers that were kept before this was asked do not have it. */
  readonly payer?: string | null;
}

/** @param payer Who was to pay; null when nobody knows him, or where there is nothing for this caller. */
export const refusedFor = <Why extends Reason>(reason: Why, payer: string | null = null): KeptRefusal<Why> => ({
  done: false,
  reason,
  payer,
});

/** A refusal as the caller gets it. */
export const refused = <Name extends string, Why extends Reason>(
  name: Name,
  { reason, payer = null }: KeptRefusal<Why>,
): Refused<Name, Why> => ({
  __typename: name,
  reason,
  message: REFUSALS[reason],
  // What is absent and what is somebody else's are refused alike, so this tells of neither.
  subjectKeys: reason === 'NOT_FOUND' ? [] : subjectKeysOf(payer),
});
