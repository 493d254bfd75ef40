import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';

const ROOT = join(import.meta.dirname, '../..');

/** An answer with all that a client can read of it. */
export interface Told {
  readonly status: number;
  /** Status, headers and body as one text. */
  readonly text: string;
  readonly body: string;
}

/** The whole graph in a process of its own, so that what it logs is read as whoever runs it reads it. */
export async function loggingGraph(environment: Record<string, string> = {}) {
  const child = spawn(process.execPath, ['gateway/main.ts'], {
    cwd: ROOT,
    env: { ...process.env, PORT: '0', NODE_OPTIONS: '', DATABASE_URL: '', LOG_LEVEL: 'debug', ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let logged = '';
  child.stderr.setEncoding('utf8').on('data', (part: string) => (logged += part));
  const origin = await addressOf(child.stdout.setEncoding('utf8'));
  child.stdout.resume();

  const tell = async (path: string, init: RequestInit): Promise<Told> => {
    const response = await fetch(`${origin}${path}`, init);
    const body = await response.text();
    return { status: response.status, body, text: `${response.status}\n${[...response.headers].join('\n')}\n\n${body}` };
  };
  // Who signs in before the staff directory is filled is an official of no department.
  const departments = JSON.stringify({ query: '{ departments { code } }' });
  const post = { method: 'POST', headers: { 'content-type': 'application/json' }, body: departments };
  while ((await tell('/graphql', post)).body.includes('"errors"')) await new Promise((resolve) => setImmediate(resolve));

  const tokens = new Map<string, string>();
  return {
    origin,
    tell,
    post: (body: unknown, headers: Record<string, string> = {}): Promise<Told> =>
      tell('/graphql', {
        ...{ method: 'POST', headers: { 'content-type': 'application/json', ...headers } },
        body: typeof body === 'string' ? body : JSON.stringify(body),
      }),
    /** The header of a persona. */
    authorization: async (persona: string): Promise<Record<string, string>> => {
      if (!tokens.has(persona)) {
        const { body } = await tell('/dev/token', { method: 'POST', body: JSON.stringify({ persona }) });
        tokens.set(persona, (JSON.parse(body) as { readonly access_token: string }).access_token);
      }
      return { authorization: `Bearer ${tokens.get(persona)}` };
    },
    setFault: (system: string, kind: string | null): Promise<Told> =>
      tell(`/dev/systems/${system}/fault`, {
        ...{ method: kind === null ? 'DELETE' : 'PUT' },
        ...(kind === null ? {} : { body: JSON.stringify({ kind, ms: 200 }) }),
      }),
    /** Finished lines, as they were written. */
    lines: (): string[] => logged.split('\n').slice(0, -1),
    [Symbol.asyncDispose]: async () => {
      child.kill('SIGINT');
      if (child.exitCode === null) await once(child, 'exit');
    },
  };
}

export type LoggingGraph = Awaited<ReturnType<typeof loggingGraph>>;

async function addressOf(printed: AsyncIterable<string>): Promise<string> {
  let text = '';
  // The stream is left open when the address has come: the process would end with it.
  const parts = printed[Symbol.asyncIterator]();
  for (let part = await parts.next(); part.done !== true; part = await parts.next()) {
    text += part.value;
    const [, origin] = /(http:\/\/127\.0\.0\.1:\d+)\/graphql/.exec(text) ?? [];
    if (origin) return origin;
  }
  throw new Error(`The graph ended without an address: ${text}`);
}
