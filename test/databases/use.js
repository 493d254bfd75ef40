import { databaseOf } from './names.js';

// In each test file, before its first line: DATABASE_URL names the database of the worker that runs it.
const { DATABASE_URL: url, JEST_WORKER_ID: worker } = process.env;
if (url) process.env['DATABASE_URL'] = databaseOf(url, Number(worker));
