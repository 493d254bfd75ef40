import { request as httpRequest, type Dispatcher } from 'undici';
import { ASSERTION_HEADER, signAssertion } from '../../kernel/assertion.ts';
import type { Caller, RequestContext } from '../../kernel/context.ts';
import { isServiceError, ServiceError, type ErrorCode } from '../../kernel/errors.ts';
import type { SignIn } from '../../kernel/subgraph.ts';

interface Options {
  /** The subgraph that signs people in, and the address of its GraphQL. */
  readonly name: string;
  readonly url: string;
  /** The secret that gateway and subgraphs share. */
  readonly assertionKey: string;
  readonly now: () => number;
  readonly dispatcher: Dispatcher;
}

/** What our own subgraph answers. */
interface Answer {
  readonly address?: string;
  readonly caller?: Caller | null;
  readonly actsFor?: boolean;
  readonly errors?: readonly { message: string; extensions: { code: ErrorCode; system?: string } }[];
}

/** Signing in, and asking about agents, by the subgraph of another process, which asks the login systems. */
export function remoteSignIn({ name, url, assertionKey, now, dispatcher }: Options): SignIn {
  const ask = async (path: string, body: object, request: RequestContext): Promise<Answer> => {
    const reply = await httpRequest(new URL(path, url), {
      dispatcher,
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        [ASSERTION_HEADER]: await signAssertion(request, name, assertionKey, now()),
      },
      body: JSON.stringify(body),
      signal: request.deadline.signal,
    }).catch((cause: unknown) => {
      throw new ServiceError('UPSTREAM_UNAVAILABLE', `The subgraph ${name} cannot be reached.`, { system: name, cause });
    });
    const answer = (await reply.body.json()) as Answer; // our own subgraph
    const [error] = answer.errors ?? [];
    if (!error) return answer;
    const { code, system } = error.extensions;
    throw new ServiceError(code, error.message, system ? { system } : {});
  };
  return {
    begin: async (login, request) => (await ask('/sign-in/begin', { login }, request)).address ?? '',
    complete: async (login, code, request) => {
      const { caller } = await ask('/sign-in/complete', { login, code }, request);
      if (caller) return caller;
      throw new ServiceError('UPSTREAM_INVALID', `The subgraph ${name} named no caller.`, { system: name });
    },
    persona: async (persona, request) => (await ask('/dev/sign-in', { persona }, request)).caller ?? null,
    actsFor: async (request) => {
      const { actsFor } = await ask('/sign-in/acts-for', {}, request).catch((thrown: unknown) => {
        if (!isServiceError(thrown) || !ABOUT_THE_QUESTION.includes(thrown.code)) throw thrown;
        throw new ServiceError('UPSTREAM_REJECTED', `The subgraph ${name} refused the gateway.`, { system: name, cause: thrown });
      });
      if (actsFor !== undefined) return actsFor;
      throw new ServiceError('UPSTREAM_INVALID', `The subgraph ${name} did not say whether the caller acts.`, { system: name });
    },
  };
}

/** What a subgraph says to a gateway that it does not believe or understand; about the agent it says nothing. */
const ABOUT_THE_QUESTION: readonly ErrorCode[] = ['UNAUTHENTICATED', 'BAD_USER_INPUT'];
