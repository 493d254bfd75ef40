import { hash, randomUUID } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type Provider from 'oidc-provider';
import type { Caller, RequestContext } from '../../kernel/context.ts';
import { ServiceError, toServiceError } from '../../kernel/errors.ts';
import { equalText } from '../../kernel/signing/equalText.ts';
import { LOGIN_PAGES, type BrowserLogin, type SignIn } from '../../kernel/subgraph.ts';
import type { Sessions } from '../sessions/sessions.ts';
import { IDENTITY_PROVIDER, SCOPE, SIGNED_IN_MS } from './provider.ts';

export interface LoginOptions {
  readonly provider: Provider;
  readonly sessions: Sessions;
  readonly signIn: SignIn;
  /** The address that login pages send the browser back to. */
  readonly redirectUri: string;
  readonly resource: string;
  readonly requestOf: (response: ServerResponse) => RequestContext;
}

type Interaction = Awaited<ReturnType<Provider['interactionDetails']>>;

/** Sends the browser on to the login page that its application asked for. @throws BAD_USER_INPUT */
export async function beginLogin(options: LoginOptions, incoming: IncomingMessage, response: ServerResponse): Promise<void> {
  const interaction = await interactionOf(options.provider, incoming, response);
  const address = await options.signIn.begin(loginOf(interaction, options.redirectUri), options.requestOf(response));
  response.writeHead(303, { location: address, 'cache-control': 'no-store' });
  response.end();
}

/**
 * The browser comes back from the login page: who he is becomes the caller behind the tokens of this sign-in, or the
 * application is told why not.
 *
 * @throws BAD_USER_INPUT for a state that is not that of this browser's own sign-in.
 */
export async function completeLogin(
  options: LoginOptions,
  { searchParams }: URL,
  incoming: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const { provider, redirectUri, requestOf } = options;
  const interaction = await interactionOf(provider, incoming, response);
  const login = loginOf(interaction, redirectUri);
  if (interaction.result || !equalText(searchParams.get('state') ?? '', login.state)) throw startAgain();
  let result;
  try {
    const caller = await options.signIn.complete(login, codeIn(searchParams), requestOf(response));
    result = { login: { accountId: caller.subject }, consent: { grantId: await grant(options, interaction, caller) } };
  } catch (thrown) {
    result = refusal(thrown);
  }
  await provider.interactionFinished(incoming, response, result, { mergeWithLastSubmission: false });
}

async function interactionOf(provider: Provider, incoming: IncomingMessage, response: ServerResponse): Promise<Interaction> {
  try {
    return await provider.interactionDetails(incoming, response);
  } catch (cause) {
    throw startAgain(cause);
  }
}

const startAgain = (cause?: unknown): ServiceError =>
  new ServiceError('BAD_USER_INPUT', 'This sign-in is over, or was begun in another browser: start again.', { cause });

/** The state is bound to the cookie by which the sign-in is known, and does not tell it. The mobile office takes letters and digits only. */
function loginOf({ uid, params }: Interaction, redirectUri: string): BrowserLogin {
  const asked = params[IDENTITY_PROVIDER] ?? 'unified';
  const page = LOGIN_PAGES.find((candidate) => candidate === asked);
  if (!page) throw new ServiceError('BAD_USER_INPUT', `${IDENTITY_PROVIDER} must be one of ${LOGIN_PAGES.join(', ')}.`);
  return { page, redirectUri, state: hash('sha256', uid) };
}

function codeIn(parameters: URLSearchParams): string {
  const code = parameters.get('code');
  if (!code) throw new ServiceError('UNAUTHENTICATED', 'The login page sent the browser back without a code.');
  return code;
}

/** What the application may have is what it asked for: the district's own applications need no consent of the citizen. */
async function grant({ provider, sessions, resource }: LoginOptions, { params }: Interaction, caller: Caller): Promise<string> {
  const id = randomUUID();
  const given = new provider.Grant({ accountId: caller.subject, clientId: String(params['client_id']) });
  given.jti = id;
  given.addOIDCScope('openid');
  given.addResourceScope(resource, SCOPE);
  await given.save();
  await sessions.keep(id, caller, SIGNED_IN_MS);
  return id;
}

/** In the words of OAuth 2. */
function refusal(thrown: unknown): { error: string; error_description: string } {
  const { code, message } = toServiceError(thrown);
  if (code === 'UNAUTHENTICATED' || code === 'FORBIDDEN') return { error: 'access_denied', error_description: message };
  if (code === 'INTERNAL') throw thrown;
  return { error: 'temporarily_unavailable', error_description: message };
}
