import type { Caller, RequestContext } from '../../kernel/context.ts';
import { ServiceError } from '../../kernel/errors.ts';
import { field, oneOf, optional, string, type Parse } from '../../kernel/parse.ts';
import type { BrowserLogin, SignIn } from '../../kernel/subgraph.ts';

/**
 * `/sign-in/begin`, `/sign-in/complete` and `/sign-in/acts-for` of a subgraph's own server, for its gateway.
 *
 * @returns null when the path is another.
 * @throws BAD_USER_INPUT when the body is out of form; what {@link SignIn} throws.
 */
export async function answerSignIn(
  signIn: SignIn,
  path: string,
  body: string,
  request: RequestContext,
): Promise<{ readonly address: string } | { readonly caller: Caller } | { readonly actsFor: boolean } | null> {
  switch (path) {
    case '/sign-in/begin':
      return { address: await signIn.begin(sent(body).login, request) };
    case '/sign-in/complete': {
      const { login, code } = sent(body);
      return { caller: await signIn.complete(login, code ?? '', request) };
    }
    case '/sign-in/acts-for':
      return { actsFor: await signIn.actsFor(request) }; // who is asked about stands in the gateway's assertion
    default:
      return null;
  }
}

function sent(text: string): { readonly login: BrowserLogin; readonly code: string | null } {
  try {
    const body: unknown = JSON.parse(text);
    return { login: field(body, 'login', browserLogin), code: optional(body, 'code', string) };
  } catch (cause) {
    throw new ServiceError('BAD_USER_INPUT', 'Send JSON with the login, and with the code when there is one.', { cause });
  }
}

const browserLogin: Parse<BrowserLogin> = (value, place) => ({
  page: field(value, 'page', oneOf({ unified: 'unified', staff: 'staff' } as const), place),
  redirectUri: field(value, 'redirectUri', string, place),
  state: field(value, 'state', string, place),
});
