import { once } from 'node:events';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';

export interface DatabaseLogin {
  readonly database: string;
  readonly user: string;
  readonly password: string;
}

/** A PostgreSQL database in memory and in a thread of its own, so that neither its start nor its queries hold up anybody. */
export interface SandboxDatabase {
  /** On 127.0.0.1; asks for the login. */
  readonly port: number;
  /** Runs statements as one transaction with all rights. One call at a time. */
  run(sql: string): Promise<void>;
  close(): Promise<void>;
}

/** @param setup Statements that make the tables, the rows and the role under which all connections work. */
export async function startDatabase(login: DatabaseLogin, setup: string): Promise<SandboxDatabase> {
  const thread = new Worker(join(import.meta.dirname, 'databaseThread.ts'), { workerData: { login, setup } });
  const [port] = (await once(thread, 'message')) as [number]; // what databaseThread.ts posts
  return {
    port,
    run: async (sql) => {
      thread.postMessage(sql);
      await once(thread, 'message');
    },
    close: async () => void (await thread.terminate()),
  };
}
