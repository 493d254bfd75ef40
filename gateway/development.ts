import { randomUUID } from 'node:crypto';
import { request as httpRequest, type Dispatcher } from 'undici';
import type { Config } from '../kernel/config.ts';
import type { Log } from '../kernel/log.ts';
import type { Fault } from '../kernel/sandbox/fault.ts';
import type { SandboxProcess, SystemStatus } from '../kernel/sandbox/process.ts';
import type { SignIn } from '../kernel/subgraph.ts';
import type { Development } from './dev.ts';
import type { Sessions } from './sessions/sessions.ts';

interface Parts {
  readonly signIn: SignIn;
  readonly dispatcher: Dispatcher;
  readonly sandbox: SandboxProcess | null;
  readonly sessions: Sessions;
  readonly config: Config;
  readonly log: Log;
  readonly now: () => number;
  readonly applications: Development['applications'];
}

const PATIENCE_MS = 10_000;

/** The development paths over everything that runs, in this process and in subgraphs of their own processes. */
export function developmentOf(parts: Parts): Development {
  const { signIn, dispatcher, sandbox, sessions, config, log, now, applications } = parts;
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
    signIn: (persona, request) => signIn.persona(persona, request),
    systems: {
      status: async () => [
        ...((await sandbox?.status()) ?? []),
        ...(await Promise.all(remotes.map(({ origin }) => remoteStatus(origin, dispatcher)))).flat(),
      ],
      setFault: async (name, fault) => {
        if (await sandbox?.setFault(name, fault)) return true;
        const answers = await Promise.all(remotes.map(({ origin }) => remoteFault(origin, { name, fault, dispatcher })));
        return answers.includes(true);
      },
    },
  };
}

async function remoteStatus(origin: string, dispatcher: Dispatcher): Promise<readonly SystemStatus[]> {
  const { body } = await httpRequest(`${origin}/dev/systems`, { dispatcher });
  return (await body.json()) as SystemStatus[]; // our own subgraph
}

async function remoteFault(
  origin: string,
  { name, fault, dispatcher }: { name: string; fault: Fault | null; dispatcher: Dispatcher },
): Promise<boolean> {
  const { statusCode, body } = await httpRequest(`${origin}/dev/systems/${name}/fault`, {
    dispatcher,
    method: fault ? 'PUT' : 'DELETE',
    headers: { 'content-type': 'application/json' },
    ...(fault ? { body: JSON.stringify(fault) } : {}),
  });
  await body.dump();
  return statusCode === 200;
}
