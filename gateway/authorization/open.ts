import { randomUUID } from 'node:crypto';
import type { ServerResponse } from 'node:http';
import type { Config, TlsIdentity } from '../../kernel/config.ts';
import type { RequestContext } from '../../kernel/context.ts';
import type { Log } from '../../kernel/log.ts';
import type { State } from '../../kernel/state.ts';
import type { SignIn } from '../../kernel/subgraph.ts';
import { PATIENCE_MS } from '../request.ts';
import type { Path } from '../path.ts';
import type { Sessions } from '../sessions/sessions.ts';
import { developmentRegistrations, developmentSet, type DevelopmentApplication } from './development.ts';
import { externalIssuer } from './externalIssuer.ts';
import { ownIssuer } from './ownIssuer.ts';
import { readRegistrations } from './registration.ts';
import { openRegistry, type Registry } from './registry.ts';
import { createAuthorization, MOUNT, type Authorization } from './service.ts';

/** Who may come, and how he gets a token. */
export interface Doors {
  readonly registry: Registry;
  /** What we show over TLS; null when there is nothing to show. */
  readonly tls: TlsIdentity | null;
  /** Empty in production. */
  readonly developmentApplications: readonly DevelopmentApplication[];
  /** The authorization server's paths, once it is mounted. */
  readonly serve: Path;
  /** Called when it is known under which address we are reached. Mounts nothing when another server issues the tokens. */
  mount(origin: string): void;
}

interface Options {
  readonly config: Config;
  readonly signIn: SignIn;
  readonly state: State;
  readonly sessions: Sessions;
  readonly now: () => number;
  readonly log: Log;
}

export async function openAuthorization({ config, signIn, state, sessions, now, log }: Options): Promise<Doors> {
  const registry = await openRegistry(state, now);
  const withTls = config.tlsPort !== null && config.tls === null;
  const development = config.production ? null : await developmentSet(state, { withTls, now });
  const registrations = [
    ...(config.clientsFile ? readRegistrations(config.clientsFile) : []),
    ...(development ? developmentRegistrations(development) : []),
  ];
  if (config.clientsFile || development) await registry.replace(registrations);
  if (config.issuer) sessions.accept(externalIssuer(config.issuer, registry));
  let authorization: Authorization | null = null;
  return {
    registry,
    tls: config.tls ?? development?.tls ?? null,
    developmentApplications: development?.applications ?? [],
    serve: async (url, incoming, response) => (await authorization?.serve(url, incoming, response)) ?? false,
    mount: (origin) => {
      if (config.issuer) return;
      sessions.accept(ownIssuer(`${origin}${MOUNT}`, sessions, registry));
      authorization = createAuthorization({
        ...{ origin, state, sessions, registry, signIn, now, log },
        requestOf: (response) => anonymous(response, now, log),
      });
    },
  };
}

/** The request of a browser that is about to be known. */
function anonymous(response: ServerResponse, now: () => number, log: Log): RequestContext {
  const gone = new AbortController();
  response.once('close', () => gone.abort());
  const deadline = { atMs: now() + PATIENCE_MS, signal: gone.signal };
  return { id: randomUUID(), caller: null, purpose: null, deadline, log };
}
