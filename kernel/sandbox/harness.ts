import { randomUUID } from 'node:crypto';
import { graphql, type ExecutionResult } from 'graphql';
import { systemClock, type Clock } from '../clock.ts';
import { readConfig } from '../config.ts';
import type { Caller, Purpose, RequestContext } from '../context.ts';
import { openAccessLedger, type AccessLedger } from '../ledger/accessLedger.ts';
import { silentLog } from '../log.ts';
import { openState } from '../state.ts';
import type { RunningSubgraph, Subgraph } from '../subgraph.ts';
import { sharedSessionStore } from '../upstream/sessionStore.ts';
import { launchSandbox } from './launch.ts';
import { PERSONAS, type Persona } from './population/personas.ts';
import { ticketOf } from './population/tickets.ts';
import type { Profile, RunningSystem } from './system.ts';

/** A subgraph over its own sandbox, for tests: real connections, nothing mocked. */
export interface Harness extends AsyncDisposable {
  readonly subgraph: RunningSubgraph;
  system(name: string): RunningSystem;
  readonly systems: readonly RunningSystem[];
  /** Runs one operation on the subgraph's own schema. */
  execute(source: string, variables?: Record<string, unknown>, request?: RequestContext): Promise<ExecutionResult>;
}

export interface HarnessOptions {
  readonly profile?: Profile;
  readonly clock?: Clock;
  /** Makes the systems' pace so many times faster; 1,000 by default, so that no test waits for a rate. */
  readonly paceFactor?: number;
  /** False: equal calls stay calls of their own. */
  readonly sharing?: boolean;
  /** The access ledger that the folder reads; an empty one of its own when left out. */
  readonly access?: AccessLedger;
  /** Wrong credentials to try, by system. */
  readonly credentials?: Readonly<Record<string, Readonly<Record<string, string>>>>;
}

export async function startWithSandbox(subgraph: Subgraph, options: HarnessOptions = {}): Promise<Harness> {
  const { profile = 'real-life', clock = systemClock, paceFactor = 1_000, sharing = true, credentials = {} } = options;
  const systems = await launchSandbox(subgraph.sandbox, { profile, clock });
  const state = openState({ dataDir: null, databaseUrl: null });
  const closeSurroundings = async (): Promise<void> => {
    await Promise.all(systems.map((system) => system.close()));
    await state.close();
  };
  const running = await start().catch(async (thrown: unknown) => {
    await closeSurroundings();
    throw thrown;
  });
  return {
    subgraph: running,
    systems,
    system: (name) => {
      const found = systems.find((system) => system.name === name);
      if (!found) throw new Error(`The sandbox of ${subgraph.name} has no system ${name}`);
      return found;
    },
    execute: (source, variables, request = requestOf()) =>
      graphql({ schema: running.schema, source, variableValues: variables ?? {}, contextValue: running.context(request) }),
    [Symbol.asyncDispose]: async () => {
      await running.close();
      await closeSurroundings();
    },
  };

  async function start(): Promise<RunningSubgraph> {
    return subgraph.start({
      clock,
      log: silentLog,
      state,
      sessions: await sharedSessionStore(state),
      accessLedger: async () => options.access ?? openAccessLedger(state, readConfig({}), clock),
      inboundOrigin: () => 'http://127.0.0.1:9', // tests of call-backs bring their own receiver
      paceFactor,
      sharing,
      upstreams: Object.fromEntries(
        systems.map((system) => [
          system.name,
          { addresses: system.addresses, credentials: { ...system.credentials, ...credentials[system.name] } },
        ]),
      ),
    });
  }
}

/** Longer than any test moves its clock. */
const CENTURY_MS = 100 * 366 * 24 * 3_600_000;

/** A request as the gateway would make it; anonymous unless told, and with more patience than anybody has. */
export function requestOf({
  caller = null,
  purpose = null,
  deadlineMs = CENTURY_MS,
}: { caller?: Caller | null; purpose?: Purpose | null; deadlineMs?: number } = {}): RequestContext {
  return {
    id: randomUUID(),
    caller,
    purpose,
    deadline: { atMs: Date.now() + deadlineMs, signal: new AbortController().signal },
    log: silentLog,
  };
}

/** The caller that a persona's sign-in makes, without the sign-in. */
export function callerOf(personaId: string): Caller {
  const persona = PERSONAS.find(({ id }) => id === personaId);
  if (!persona) throw new Error(`There is no persona ${personaId}`);
  return callerOfAccount(persona);
}

function callerOfAccount({ account }: Persona): Caller {
  switch (account.kind) {
    case 'PERSON': {
      const { subjectId, name, assurance, personKey } = account.person;
      return {
        subject: subjectId,
        actor: subjectId,
        kind: 'PERSON',
        name,
        department: null,
        assurance,
        personKey,
        uscc: null,
        credential: ticketOf(account.person),
      };
    }
    case 'AGENT': {
      const { subjectId, name, assurance, personKey } = account.person;
      const { uscc } = account.organisation;
      return {
        subject: uscc,
        actor: subjectId,
        kind: 'AGENT',
        name,
        department: null,
        assurance,
        personKey,
        uscc,
        credential: ticketOf(account.person, account.organisation),
      };
    }
    case 'STAFF': {
      const { person, staffId, departmentCode } = account;
      return {
        subject: staffId,
        actor: staffId,
        kind: 'STAFF',
        name: person.name,
        department: departmentCode,
        assurance: 'L3',
        personKey: person.personKey,
        uscc: null,
        credential: null,
      };
    }
    case 'APPLICATION': {
      const { applicationId, departmentCode } = account;
      return {
        subject: applicationId,
        actor: applicationId,
        kind: 'APPLICATION',
        name: applicationId,
        department: departmentCode,
        assurance: 'L0',
        personKey: null,
        uscc: null,
        credential: null,
      };
    }
  }
}
