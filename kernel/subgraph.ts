import { basename } from 'node:path';
import { buildSubgraphSchema, type GraphQLSchemaModule } from '@apollo/subgraph';
import type { DocumentNode, GraphQLSchema } from 'graphql';
import type { Migration } from 'kysely/migration';
import type { Clock } from './clock.ts';
import type { SystemConfig } from './config.ts';
import type { Caller, Purpose, RequestContext } from './context.ts';
import { createVerifications, type Verifications } from './crypto/verifications.ts';
import { invariant } from './errors.ts';
import { createEvents, type Events } from './events.ts';
import type { AccessLedger } from './ledger/accessLedger.ts';
import type { Log } from './log.ts';
import { subgraphTypeDefs } from './register.ts';
import type { Sandbox } from './sandbox/system.ts';
import { SCALARS } from './scalars.ts';
import type { State } from './state.ts';
import { createClient, type ClientOptions, type UpstreamClient } from './upstream/client.ts';
import { createDatabaseClient, type DatabaseClient, type DatabaseOptions } from './upstream/database.ts';
import type { SessionStore } from './upstream/session.ts';

/** Whose request it is, for the conformance list: a persona of the sandbox and what he asks for. */
export interface Asker {
  readonly persona: string;
  readonly purpose?: Purpose;
}

/** How the references of one entity key are looked up, and the fact that says so. */
export interface EntityLookup {
  readonly type: string;
  /** As in `@key(fields:)`. */
  readonly key: string;
  /** The upstream lookup; null for a key that carries all there is to know. */
  readonly lookup: {
    /** The catalogue's system that answers. */
    readonly system: string;
    /** The `operation` of the upstream call; with `gatewayPost` that is the path. */
    readonly operation: string;
    /** Keys per upstream call. */
    readonly maximum: number;
  } | null;
  /** Where the operation and the maximum stand, or that they are inferred or modelled. */
  readonly fact: string;
  /** References that exist in the sandbox, at least two, for the conformance list. */
  readonly samples: readonly Readonly<Record<string, unknown>>[];
  /** A reference in the right form that nobody has; its answer is null. */
  readonly unknown?: Readonly<Record<string, unknown>>;
  /** Who may ask for the samples; nobody in particular for public data. */
  readonly as?: Asker;
}

/** An operation on the folder's own schema that makes exactly one system answer, for the conformance list. */
export interface Probe {
  readonly system: string;
  readonly operation: string;
  readonly variables?: Readonly<Record<string, unknown>>;
  readonly as?: Asker;
  /** True for every lookup by key, personal or not: the answer can be compared with what was asked, so the fault `other-person` must be noticed. */
  readonly isPersonal: boolean;
}

/** An HTTP call that a system makes to us. */
export interface InboundRequest {
  readonly method: string;
  readonly path: string;
  readonly query: Readonly<Record<string, string>>;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

export interface InboundReply {
  readonly status: number;
  readonly contentType: string;
  readonly body: string;
}

/** A signed call-back, mounted at `/inbound/<subgraph><path>`. */
export interface Inbound<Upstream> {
  readonly path: string;
  handle(request: InboundRequest, upstream: Upstream): Promise<InboundReply>;
}

/** Work on the kernel's clock: pull loops, daily files. A failing run is logged and tried again at the next turn. */
export interface Job<Upstream> {
  readonly name: string;
  readonly everyMs: number;
  run(upstream: Upstream, request: RequestContext): Promise<void>;
}

/** The login pages that a browser can be sent to: of the province's identity platform, and of the staff's mobile office. */
export const LOGIN_PAGES = ['unified', 'staff'] as const;

/** A browser's way to a login page and back. */
export interface BrowserLogin {
  readonly page: (typeof LOGIN_PAGES)[number];
  /** Our address that the page sends the browser back to, without parameters; registered with the page's system. */
  readonly redirectUri: string;
  /** Comes back as the parameter `state`, beside `code`; nobody else can guess it. */
  readonly state: string;
}

/** How the one subgraph that knows identities turns a login into a caller, and says whether an agent still is one. */
export interface SignIn {
  /** The address of the login page for one browser. */
  begin(login: BrowserLogin, request: RequestContext): Promise<string>;
  /**
   * Who logged in, from the code that came back with the right state. A code is good once.
   *
   * @throws UNAUTHENTICATED when the code is used, expired or not ours; FORBIDDEN for a staff account that is disabled or unknown.
   */
  complete(login: BrowserLogin, code: string, request: RequestContext): Promise<Caller>;
  /** The whole login of a sandbox persona, as a browser would do it; null when there is no such persona. Development only. */
  persona(id: string, request: RequestContext): Promise<Caller | null>;
  /**
   * Whether the request's caller, an agent, acts for his organisation now. Asks the identity system each time.
   *
   * @throws UNAUTHENTICATED without a caller; what the identity system fails with, which says nothing about him.
   */
  actsFor(request: RequestContext): Promise<boolean>;
}

/** What a folder gets to build its clients with. */
export interface Surroundings {
  readonly clock: Clock;
  readonly log: Log;
  readonly state: State;
  /** For signatures that a caller brings. */
  readonly verifications: Verifications;
  /** Where upstreams reach our call-backs: `<origin>/inbound/<subgraph>`. */
  readonly inboundOrigin: () => string;
  /** What the folder tells its subscriptions, in this process; ended when the subgraph closes. */
  events<Event>(): Events<Event>;
  /** The record of who looked at what. */
  accessLedger(): Promise<AccessLedger>;
  credentials(system: string): Readonly<Record<string, string>>;
  /** The origins of a system, by name. */
  addresses(system: string): Readonly<Record<string, string>>;
  http(system: string, options: ClientOptions): UpstreamClient;
  database(system: string, options: DatabaseOptions): DatabaseClient;
}

/** The one export of a folder's `index.ts`. */
export interface Manifest<Upstream, Context> {
  /** `import.meta.dirname`; its last part is the subgraph's name. */
  readonly folder: string;
  /** Chinese and English title for the catalogue. */
  readonly title: { readonly zh: string; readonly en: string };
  /** Names of the catalogue's systems that this folder wraps; the same stand in `sandbox`, `@record` and `probes`. */
  readonly systems: readonly string[];
  /** Names for `@record` of what the graph keeps itself: nothing to reach, so without a sandbox. */
  readonly ownSystems?: readonly string[];
  readonly connect: (surroundings: Surroundings) => Upstream | Promise<Upstream>;
  readonly context: (request: RequestContext, upstream: Upstream) => Context;
  readonly resolvers: object;
  readonly entities: readonly EntityLookup[];
  /** At least one for every system that can be asked. */
  readonly probes?: readonly Probe[];
  /** Needed where `systems` names any. */
  readonly sandbox?: Sandbox;
  readonly state?: { readonly migrations: Readonly<Record<string, Migration>> };
  readonly inbound?: readonly Inbound<Upstream>[];
  readonly jobs?: readonly Job<Upstream>[];
  readonly signIn?: (upstream: Upstream) => SignIn;
  /** Conformance ids that cannot hold here → the reason. */
  readonly skips?: Readonly<Record<string, string>>;
}

/** What a process needs to run a subgraph. */
export interface StartOptions {
  readonly clock: Clock;
  readonly log: Log;
  readonly state: State;
  readonly sessions: SessionStore;
  readonly inboundOrigin: () => string;
  /** Opens the access ledger, or gives the open one; left out where no folder reads it. */
  readonly accessLedger?: () => Promise<AccessLedger>;
  /** Addresses and credentials of each system of the folder. */
  readonly upstreams: Readonly<Record<string, SystemConfig>>;
  /** Tests make the systems' pace faster; 1 everywhere else. */
  readonly paceFactor?: number;
  /** False: adapters share no calls between requests; for measuring. */
  readonly sharing?: boolean;
}

/** A subgraph that is connected and answers. */
export interface RunningSubgraph {
  readonly name: string;
  readonly schema: GraphQLSchema;
  context(request: RequestContext): object;
  readonly inbound: readonly { readonly path: string; handle(request: InboundRequest): Promise<InboundReply> }[];
  readonly jobs: readonly { readonly name: string; readonly everyMs: number; run(request: RequestContext): Promise<void> }[];
  readonly signIn: SignIn | null;
  close(): Promise<void>;
}

/** A folder as the rest of the house sees it; its own types stay inside. */
export interface Subgraph {
  readonly name: string;
  readonly folder: string;
  readonly title: { readonly zh: string; readonly en: string };
  readonly systems: readonly string[];
  readonly ownSystems: readonly string[];
  readonly entities: readonly EntityLookup[];
  readonly probes: readonly Probe[];
  readonly skips: Readonly<Record<string, string>>;
  readonly sandbox: Sandbox;
  /** Whether it is the one that signs people in. */
  readonly signsIn: boolean;
  readonly typeDefs: DocumentNode;
  start(options: StartOptions): Promise<RunningSubgraph>;
}

/** Makes a folder a subgraph. */
export function defineSubgraph<Upstream, Context extends object>(manifest: Manifest<Upstream, Context>): Subgraph {
  const name = basename(manifest.folder);
  const typeDefs = subgraphTypeDefs(manifest.folder);
  return {
    name,
    folder: manifest.folder,
    title: manifest.title,
    systems: manifest.systems,
    ownSystems: manifest.ownSystems ?? [],
    entities: manifest.entities,
    probes: manifest.probes ?? [],
    skips: manifest.skips ?? {},
    signsIn: manifest.signIn !== undefined,
    sandbox: manifest.sandbox ?? (() => []),
    typeDefs,
    start: async (options) => {
      if (manifest.state) await options.state.migrate(name, manifest.state.migrations);
      const closers: (() => Promise<void>)[] = [];
      const upstream = await manifest.connect(surroundings(options, closers));
      return {
        name,
        schema: buildSubgraphSchema([{ typeDefs, resolvers: resolverMap(manifest.resolvers) }]),
        context: (request) => manifest.context(request, upstream),
        inbound: (manifest.inbound ?? []).map(({ path, handle }) => ({ path, handle: (request) => handle(request, upstream) })),
        jobs: (manifest.jobs ?? []).map(({ name: job, everyMs, run }) => ({
          name: job,
          everyMs,
          run: (request) => run(upstream, request),
        })),
        signIn: manifest.signIn?.(upstream) ?? null,
        close: async () => void (await Promise.all(closers.map((close) => close()))),
      };
    },
  };
}

function surroundings(
  { clock, log, state, sessions, inboundOrigin, accessLedger, upstreams, paceFactor = 1, sharing = true }: StartOptions,
  closers: (() => Promise<void>)[],
): Surroundings {
  const configOf = (system: string): SystemConfig => {
    const config = upstreams[system];
    if (!config)
      throw new Error(
        `The system ${system} has no address: UPSTREAMS_FILE does not name it, and no simulated system is called so.`,
      );
    return config;
  };
  const client = <T extends { close(): Promise<void> }>(made: T): T => {
    closers.push(() => made.close());
    return made;
  };
  const around = (system: string) => ({ system, addresses: configOf(system).addresses, clock, sessions, sharing });
  return {
    clock,
    log,
    state,
    verifications: createVerifications(clock),
    inboundOrigin,
    events: <Event>() => {
      const events = createEvents<Event>();
      closers.push(async () => events.close());
      return events;
    },
    accessLedger: () => {
      invariant(accessLedger, 'who starts a folder that reads the access ledger gives it');
      return accessLedger();
    },
    credentials: (system) => configOf(system).credentials,
    addresses: (system) => configOf(system).addresses,
    http: (system, options) =>
      client(
        createClient({ ...options, rate: { ...options.rate, requests: options.rate.requests * paceFactor } }, around(system)),
      ),
    database: (system, options) => client(createDatabaseClient(options, around(system))),
  };
}

/** A folder's resolvers were checked against its generated types where they were written; the library's own type knows less. */
const resolverMap = (resolvers: object) => ({ ...SCALARS, ...resolvers }) as NonNullable<GraphQLSchemaModule['resolvers']>;
