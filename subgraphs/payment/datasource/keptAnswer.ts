import type { Caller } from '../../../kernel/context.ts';
import { ServiceError } from '../../../kernel/errors.ts';
import type { Asked } from '../state/answers.ts';
import { badInput } from './input.ts';
import type { KeptRefusal, PaymentRefusal, Reason } from './refusals.ts';

/** What is kept under an idempotency key: names only, so that nothing kept grows old. */
export type Kept<Why extends Reason = PaymentRefusal> = { readonly done: true; readonly name: string } | KeptRefusal<Why>;

/** What was done, by the name under which it is found again. */
export const done = (name: string) => ({ done: true, name }) as const;

/** What the caller asks for under his key. @throws BAD_USER_INPUT unless the key is 1 to 100 visible ASCII characters. */
export function asked(operation: string, { subject, actor }: Caller, key: string, content: Asked['content']): Asked {
  if (!/^[\x21-\x7e]{1,100}$/.test(key)) throw badInput('idempotencyKey', '1 to 100 visible ASCII characters');
  return { operation, caller: `${subject} ${actor}`, key, content };
}

/** A system that said “done” and then knows nothing of it. Asking again under the same key goes on from there. */
export const lost = (system: string): ServiceError =>
  new ServiceError('UPSTREAM_INVALID', `The system ${system} does not know what it has just confirmed.`, { system });
