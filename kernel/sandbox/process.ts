import { fork, type ChildProcess } from 'node:child_process';
import type { SystemConfig } from '../config.ts';
import type { Fault } from './fault.ts';
import type { Profile, RunningSystem } from './system.ts';

/** What the outside learns of a simulated system. */
export interface SystemStatus {
  readonly name: string;
  readonly address: string;
  readonly calls: number;
  readonly fault: Fault | null;
}

/** The simulated systems, running in a process of their own so that their memory and work are not the graph's. */
export interface SandboxProcess {
  readonly upstreams: Readonly<Record<string, SystemConfig>>;
  status(): Promise<readonly SystemStatus[]>;
  /** @returns false when there is no such system. */
  setFault(name: string, fault: Fault | null): Promise<boolean>;
  readonly pid: number | undefined;
  close(): Promise<void>;
}

type Question = { readonly id: number } & (
  { readonly ask: 'status' } | { readonly ask: 'fault'; readonly name: string; readonly fault: Fault | null }
);
type Answer =
  | { readonly ready: Readonly<Record<string, SystemConfig>> }
  | { readonly id: number; readonly status: readonly SystemStatus[] }
  | { readonly id: number; readonly known: boolean };

/**
 * Starts the entry that hosts the sandboxes and waits until all of them listen.
 *
 * @param entry Path of the script that calls `hostSandboxes`.
 * @param subgraphs Names of the folders whose systems are wanted, and of the crypto pool when it is.
 */
export async function startSandboxProcess(
  entry: string,
  { subgraphs, profile }: { subgraphs: readonly string[]; profile: Profile },
): Promise<SandboxProcess> {
  const child = fork(entry, [profile, ...subgraphs], { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] });
  const waiting = new Map<number, (answer: Answer) => void>();
  let lastId = 0;
  const upstreams = await new Promise<Readonly<Record<string, SystemConfig>>>((resolve, reject) => {
    child.once('exit', (code) => reject(new Error(`The simulated systems did not start (exit code ${code}).`)));
    child.on('message', (message: Answer) => {
      if ('ready' in message) resolve(message.ready);
      else waiting.get(message.id)?.(message);
    });
  });
  const ask = (
    question: Omit<Extract<Question, { ask: 'status' }>, 'id'> | Omit<Extract<Question, { ask: 'fault' }>, 'id'>,
  ): Promise<Answer> =>
    new Promise((resolve) => {
      const id = (lastId += 1);
      waiting.set(id, (answer) => {
        waiting.delete(id);
        resolve(answer);
      });
      child.send({ ...question, id });
    });
  return {
    upstreams,
    pid: child.pid,
    status: async () => {
      const answer = await ask({ ask: 'status' });
      return 'status' in answer ? answer.status : [];
    },
    setFault: async (name, fault) => {
      const answer = await ask({ ask: 'fault', name, fault });
      return 'known' in answer && answer.known;
    },
    close: () => stop(child),
  };
}

const stop = (child: ChildProcess): Promise<void> =>
  new Promise((resolve) => {
    if (child.exitCode !== null || child.signalCode !== null) return resolve();
    const timer = setTimeout(() => child.kill('SIGKILL'), 2_000);
    child.once('exit', () => {
      clearTimeout(timer);
      resolve();
    });
    child.disconnect();
  });

/** The other end: answers questions about running systems and ends with its parent. */
export function hostSandboxes(systems: readonly RunningSystem[]): void {
  const byName = new Map(systems.map((system) => [system.name, system]));
  const answer = (message: Answer): void => void process.send?.(message);
  process.on('message', async (question: Question) => {
    switch (question.ask) {
      case 'status':
        return answer({ id: question.id, status: systems.map(statusOf) });
      case 'fault': {
        const system = byName.get(question.name);
        await system?.setFault(question.fault);
        return answer({ id: question.id, known: system !== undefined });
      }
    }
  });
  process.once('disconnect', () => process.exit(0)); // simulated systems keep nothing
  answer({ ready: Object.fromEntries(systems.map(({ name, addresses, credentials }) => [name, { addresses, credentials }])) });
}

/** A running system as the outside sees it. */
export const statusOf = ({ name, addresses, calls, fault }: RunningSystem): SystemStatus => ({
  name,
  address: addresses['main'] ?? '',
  calls: calls(),
  fault: fault(),
});
