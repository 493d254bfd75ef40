import type { Caller, RequestContext } from '../../../kernel/context.ts';
import { invariant } from '../../../kernel/errors.ts';
import { textToBase64 } from '../../../kernel/signing/base64.ts';

/**
 * On whose behalf a call is made, in the gateway's user headers: a citizen with his sign-on ticket; staff and applications
 * with item, case and operator. Who that is was decided before.
 */
export function forUser<Call extends { readonly headers?: Readonly<Record<string, string>> }>(
  { caller, purpose }: RequestContext,
  prefix: string,
  call: Call,
): Call {
  invariant(caller, 'nobody asks the payment platform anonymously');
  return {
    ...call,
    headers: {
      ...call.headers,
      [`${prefix}uid`]: caller.actor,
      [`${prefix}uinfo`]: textToBase64(JSON.stringify(userOf(caller))),
      [`${prefix}ext`]: textToBase64(
        JSON.stringify({ itemCode: purpose?.itemCode ?? '', bizNum: purpose?.caseNumber ?? '', operator: caller.name }),
      ),
    },
  };
}

const userOf = ({ credential, department }: Caller) =>
  credential === null ? { department: department ?? '' } : { tokenid: credential };
