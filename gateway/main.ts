import '../kernel/runtime.ts';
import { parseArgs } from 'node:util';
import { readConfig } from '../kernel/config.ts';
import { banner } from './banner.ts';
import { startForeign } from './foreign.ts';
import { startGraph } from './start.ts';

// npm start: the whole graph. npm run gateway -- --supergraph FILE --port N [--open]: any federation supergraph.

const USAGE = 'Usage: npm run gateway -- [--supergraph FILE] [--port N] [--open]';

async function start() {
  const { values } = parseArgs({
    options: { supergraph: { type: 'string' }, port: { type: 'string' }, open: { type: 'boolean', default: false } },
  });
  const config = { ...readConfig(), ...(values.port === undefined ? {} : { port: readConfig({ PORT: values.port }).port }) };
  if (values.supergraph !== undefined) return startForeign(config, { file: values.supergraph, open: values.open });
  if (values.open) throw new Error('--open is for foreign supergraphs only.');
  return startGraph(config);
}

const graph = await start().catch((thrown: unknown) => {
  console.error(Error.isError(thrown) ? thrown.message : String(thrown));
  if (Error.isError(thrown) && thrown.cause) console.error(String(thrown.cause));
  if (Error.isError(thrown) && 'code' in thrown && String(thrown.code).startsWith('ERR_PARSE_ARGS')) console.error(USAGE);
  process.exit(1);
});
let closing = false;
async function close(): Promise<void> {
  if (closing) return;
  closing = true;
  console.log('Finishing what is running …');
  await graph.close();
  process.exit(0);
}
process.on('SIGHUP', () => void graph.reload());
process.on('SIGINT', () => void close());
process.on('SIGTERM', () => void close());

// Last, so that whoever reads it can already end everything.
console.log(banner(graph));
