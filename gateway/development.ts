import { randomUUID } from 'node:crypto';
import { request as httpRequest } from 'undici';
import { ASSERTION_HEADER, signAssertion } from '../kernel/assertion.ts';
import type { Config } from '../kernel/config.ts';
import type { Caller } from '../kernel/context.ts';
import { ServiceError, type ErrorCode } from '../kernel/errors.ts';
import type { Log } from '../kernel/log.ts';
import type { Fault } from '../kernel/sandbox/fault.ts';
import type { SandboxProcess, SystemStatus } from '../kernel/sandbox/process.ts';
import type { RunningSubgraph } from '../kernel/subgraph.ts';
import type { Development } from './dev.ts';
import type { Sessions } from './sessions.ts';

interface Parts {
  readonly running: readonly RunningSubgraph[];
  readonly sandbox: SandboxProcess | null;
  readonly sessions: Sessions;
  readonly config: Config;
  readonly log: Log;
  readonly now: () => number;
  readonly assertionKey: string;
  readonly applications: Development['applications'];
}

const PATIENCE_MS = 10_000;

/** The development paths over everything that runs, in this process and in subgraphs of their own processes. */
export function developmentOf({ running, sandbox, sessions, config, log, now, assertionKey, applications }: Parts): Development {
  const remotes = Object.entries(config.subgraphUrls).map(([name, url]) => ({ name, origin: new URL(url).origin }));
  return {
    host: config.host,
    sessions,
    applications,
    request: (signal) => ({
      id: randomUUID(),
      caller: null,
      purpose: null,
      deadline: { atMs: now() + PATIENCE_MS, signal },
      log,
    }),
    signIn: async (persona, request) => {
      const here = running.find((subgraph) => subgraph.signIn)?.signIn;
      if (here) return here.persona(persona, request);
      for (const { name, origin } of remotes) {
        const answer = await remoteSignIn(origin, persona, await signAssertion(request, name, assertionKey, now()));
        if (answer !== undefined) return answer;
      }
      return null;
    },
    systems: {
      status: async () => [
        ...((await sandbox?.status()) ?? []),
        ...(await Promise.all(remotes.map(({ origin }) => remoteStatus(origin)))).flat(),
      ],
      setFault: async (name, fault) => {
        if (await sandbox?.setFault(name, fault)) return true;
        const answers = await Promise.all(remotes.map(({ origin }) => remoteFault(origin, name, fault)));
        return answers.includes(true);
      },
    },
  };
}

/** undefined when that subgraph signs nobody in. */
async function remoteSignIn(origin: string, persona: string, assertion: string): Promise<Caller | null | undefined> {
  const { statusCode, body } = await httpRequest(`${origin}/dev/sign-in`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', [ASSERTION_HEADER]: assertion },
    body: JSON.stringify({ persona }),
  });
  const answer = (await body.json()) as {
    caller?: Caller | null;
    errors?: { message: string; extensions: { code: ErrorCode; system?: string } }[];
  }; // our own subgraph
  if (statusCode === 404) return undefined;
  const [error] = answer.errors ?? [];
  if (error)
    throw new ServiceError(
      error.extensions.code,
      error.message,
      error.extensions.system ? { system: error.extensions.system } : {},
    );
  return answer.caller ?? null;
}

async function remoteStatus(origin: string): Promise<readonly SystemStatus[]> {
  const { body } = await httpRequest(`${origin}/dev/systems`);
  return (await body.json()) as SystemStatus[]; // our own subgraph
}

async function remoteFault(origin: string, name: string, fault: Fault | null): Promise<boolean> {
  const { statusCode, body } = await httpRequest(`${origin}/dev/systems/${name}/fault`, {
    method: fault ? 'PUT' : 'DELETE',
    headers: { 'content-type': 'application/json' },
    ...(fault ? { body: JSON.stringify(fault) } : {}),
  });
  await body.dump();
  return statusCode === 200;
}
