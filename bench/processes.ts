import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout } from 'node:timers/promises';
import { listen } from '../kernel/http.ts';
import type { Ready } from './processes/ready.ts';

/** The core on which a whole candidate runs, and that of everything else. */
const MEASURED_CORE = 0;
const OTHER_CORE = 1;

/** A process of the bench that answers. */
export interface Started extends Ready {
  readonly pid: number;
  close(): Promise<void>;
}

interface StartOptions {
  /** Where it will answer; programs that choose their own port print a line of JSON instead, as our entries do. */
  readonly origin?: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly cwd?: string;
}

const children = new Set<ChildProcess>();

/** Starts a program on the measured core and waits until it answers. @throws when it ends before. */
export async function startPinned(command: readonly string[], options: StartOptions = {}): Promise<Started> {
  const { origin, env = {}, cwd = process.cwd() } = options;
  // taskset becomes the program that it starts, so its id stays.
  const child = spawn('taskset', ['--cpu-list', String(MEASURED_CORE), ...command], {
    cwd,
    env: { ...process.env, NODE_ENV: 'production', NODE_OPTIONS: '', ...env },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  children.add(child);
  child.once('exit', () => children.delete(child));
  const answering = await new Promise<Ready>((resolve, reject) => {
    createInterface(child.stdout).on('line', (line) => {
      if (line.startsWith('{"origin"')) resolve(JSON.parse(line) as Ready);
    });
    if (origin) void answers(origin, () => child.exitCode === null).then(() => resolve({ origin }));
    child.once('error', reject);
    child.once('exit', (code) => reject(new Error(`${command.join(' ')} ended (${code}) before it answered.`)));
  });
  if (child.pid === undefined) throw new Error('A process that answers has an id');
  return { ...answering, pid: child.pid, close: () => end(child) };
}

/** A program of this very Node, with the flags of `npm start`. */
export const startNode = (command: readonly string[], options?: StartOptions): Promise<Started> =>
  startPinned([process.execPath, '--max-semi-space-size=16', ...command], options);

/** An entry of `bench/processes/`. */
export const startEntry = (file: string, args: readonly string[]): Promise<Started> =>
  startNode([join(import.meta.dirname, 'processes', file), ...args]);

const POLL_MS = 100;

/** Asks for nothing again and again until somebody answers it, or there is nobody to wait for. */
async function answers(origin: string, isAlive: () => boolean): Promise<void> {
  const body = JSON.stringify({ query: '{ __typename }' });
  while (isAlive()) {
    const response = await fetch(`${origin}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body,
    }).catch(() => null);
    if (response?.ok) return;
    await setTimeout(POLL_MS);
  }
}

/** A port that was free just now, for programs that cannot say which one they chose. */
export async function freeOrigin(): Promise<{ origin: string; port: string }> {
  const server = createServer();
  const origin = await listen(server, { host: '127.0.0.1', port: 0 });
  await new Promise((resolve) => server.close(resolve));
  return { origin, port: new URL(origin).port };
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = once(child, 'exit');
  child.kill('SIGTERM');
  const patience = new AbortController();
  await Promise.race([ended, setTimeout(2_000, null, { signal: patience.signal })]).finally(() => {
    patience.abort();
    child.kill('SIGKILL');
  });
  await ended;
}

/** Ends whatever is still running, at once; for the way out. */
export function endAll(): void {
  for (const child of children) child.kill('SIGKILL');
}

/** Moves this process, all its threads and what it starts from now on to the other core. */
export function leaveMeasuredCore(): void {
  const { status } = spawnSync('taskset', ['--all-tasks', '--pid', '--cpu-list', String(OTHER_CORE), String(process.pid)]);
  if (status !== 0) throw new Error('The bench needs Linux with two cores and taskset (util-linux).');
}
