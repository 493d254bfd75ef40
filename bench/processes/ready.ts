import type { Server } from 'node:http';
import { listen } from '../../kernel/http.ts';

/** What a process of the bench says once it answers: one line of JSON. */
export interface Ready {
  readonly origin: string;
  /** Bearer tokens by asker, where callers are checked. */
  readonly tokens?: Readonly<Record<string, string>>;
}

/** Between its turns a candidate stands idle; a connection that is cut then would be paid for in the next turn. */
export const IDLE_MS = 600_000;

/** Listens on a free port, says so, and ends when told. */
export async function serve(server: Server, more: Omit<Ready, 'origin'> = {}): Promise<void> {
  server.keepAliveTimeout = IDLE_MS;
  const origin = await listen(server, { host: '127.0.0.1', port: 0 });
  process.on('SIGTERM', () => process.exit(0));
  process.on('SIGINT', () => {}); // the terminal's Ctrl-C reaches everybody; the bench decides who ends when
  console.log(JSON.stringify({ origin, ...more } satisfies Ready));
}
