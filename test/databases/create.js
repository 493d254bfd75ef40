import { URL } from 'node:url';
import pg from 'pg';
import { databaseOf } from './names.js';

/**
 * Gives each of Jest's workers a database of its own, before the first test: what one test drops, another one's migration would
 * stumble over. They go with the server, which is started for the tests alone.
 */
export default async function create({ maxWorkers }) {
  const url = process.env['DATABASE_URL'];
  if (!url) return;
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    for (let worker = 1; worker <= maxWorkers; worker += 1) {
      const name = new URL(databaseOf(url, worker)).pathname.slice(1);
      await client.query(`drop database if exists ${name} with (force)`);
      await client.query(`create database ${name}`);
    }
  } finally {
    await client.end();
  }
}
