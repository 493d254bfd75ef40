import '../../kernel/runtime.ts';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { OPERATION_HEADER } from '../askers.ts';
import { serve } from './ready.ts';

// The floor: reads the request and sends the answer as it is, from memory. `static.ts ANSWERS`, a JSON file of asker and operation → body.

const answers = new Map(
  Object.entries(JSON.parse(readFileSync(process.argv[2] ?? '', 'utf8')) as Record<string, string>).map(([id, text]) => [
    id,
    Buffer.from(text),
  ]),
);

await serve(
  createServer((incoming, response) => {
    incoming.on('data', () => {});
    incoming.on('end', () => {
      const body = answers.get(incoming.headers[OPERATION_HEADER]?.toString() ?? '');
      if (!body) return void response.writeHead(404).end();
      response.writeHead(200, { 'content-type': 'application/json; charset=utf-8', 'content-length': body.length });
      response.end(body);
    });
  }),
);
