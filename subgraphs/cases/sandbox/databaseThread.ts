import { parentPort, workerData } from 'node:worker_threads';
import { PGLiteSocketServer } from '@electric-sql/pglite-socket';
import type { DatabaseLogin } from './database.ts';
import { openEmptyDatabase } from './emptyDatabase.ts';
import { listenBehindPassword } from './passwordGate.ts';

// The thread of `database.ts`: runs the SQL that it is sent and answers each with one message; everybody else comes over TCP.

const { login, setup } = workerData as { login: DatabaseLogin; setup: string }; // written by database.ts

const database = await openEmptyDatabase();
await database.exec(setup);
// More connections than anybody opens: one that has just been dropped may still be counted.
const server = new PGLiteSocketServer({ db: database, port: 0, maxConnections: 20 });
await server.start();
const port = await listenBehindPassword(login, Number(server.getServerConn().split(':')[1]));

parentPort?.on('message', (sql: string) => {
  void database.exec(sql).then(() => parentPort?.postMessage(port));
});
parentPort?.postMessage(port);
