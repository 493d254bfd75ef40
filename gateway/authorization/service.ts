import type { IncomingMessage, ServerResponse } from 'node:http';
import { ServiceError } from '../../kernel/errors.ts';
import { beginLogin, completeLogin, type LoginOptions } from './login.ts';
import { clientCertificateOf, thumbprintOf } from './clientCertificate.ts';
import { createProvider, type ProviderOptions, type RegisteredCertificate } from './provider.ts';

/** Where the authorization server is mounted. */
export const MOUNT = '/oauth';

/** The authorization server on our own port. */
export interface Authorization {
  /** @returns false when the path is none of its own. */
  serve(url: URL, incoming: IncomingMessage, response: ServerResponse): Promise<boolean>;
}

export interface AuthorizationOptions
  extends Omit<ProviderOptions, 'issuer' | 'resource' | 'certificateOf'>, Pick<LoginOptions, 'signIn' | 'requestOf'> {
  /** Under which browsers know us. */
  readonly origin: string;
}

/** The authorization server with its two pages for the way to a login page and back. */
export function createAuthorization({ origin, ...rest }: AuthorizationOptions): Authorization {
  const { sessions, signIn, requestOf, registry, now } = rest;
  const [issuer, resource] = [`${origin}${MOUNT}`, `${origin}/graphql`];
  const shown = new WeakMap<IncomingMessage, RegisteredCertificate>();
  const certificateOf: ProviderOptions['certificateOf'] = (incoming) => shown.get(incoming) ?? null;
  const provider = createProvider({ issuer, resource, certificateOf, ...rest });
  const handle = provider.callback();
  const login = { provider, sessions, signIn, requestOf, resource, redirectUri: `${issuer}/sign-in/callback` };
  return {
    serve: async (url, incoming, response) => {
      if (!url.pathname.startsWith(`${MOUNT}/`)) return false;
      askedUnder(origin, incoming);
      switch (url.pathname) {
        case `${MOUNT}/sign-in`:
          requireGet(incoming);
          await beginLogin(login, incoming, response);
          return true;
        case `${MOUNT}/sign-in/callback`:
          requireGet(incoming);
          await completeLogin(login, url, incoming, response);
          return true;
      }
      // The library asks without waiting for an answer, so it is looked up before.
      const certificate = clientCertificateOf(incoming.socket, now());
      const application = certificate && (await registry.byCertificate(thumbprintOf(certificate)));
      if (certificate && application) shown.set(incoming, { certificate, client: application.id });
      // As Express does it for what is mounted there; the library asks for these two.
      incoming.url = url.pathname.slice(MOUNT.length) + url.search;
      await handle(Object.assign(incoming, { baseUrl: MOUNT }), response);
      return true;
    },
  };
}

/** The addresses that the library tells are those of its issuer, under whatever name somebody asks. */
function askedUnder(origin: string, { headers }: IncomingMessage): void {
  const { host, protocol } = new URL(origin);
  headers.host = host;
  headers['x-forwarded-host'] = host;
  headers['x-forwarded-proto'] = protocol.slice(0, -1);
}

function requireGet({ method }: IncomingMessage): void {
  if (method !== 'GET') throw new ServiceError('BAD_USER_INPUT', 'This page is opened by GET.');
}
