import { URL } from 'node:url';
/** The address of one worker's database on the server of an address. */
export function databaseOf(url, worker) {
  const own = new URL(url);
  own.pathname = `/graph_tests_${worker}`;
  return own.href;
}
