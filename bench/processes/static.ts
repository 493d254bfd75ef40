import '../../kernel/runtime.ts';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { serve } from './ready.ts';

// The floor: the answers as they are, from memory. `static.ts ANSWERS`, a JSON file of path → body.

const answers = new Map(
  Object.entries(JSON.parse(readFileSync(process.argv[2] ?? '', 'utf8')) as Record<string, string>).map(([path, text]) => [
    path,
    Buffer.from(text),
  ]),
);

await serve(
  createServer((incoming, response) => {
    const body = answers.get(incoming.url ?? '');
    if (!body) return void response.writeHead(404).end();
    response.writeHead(200, { 'content-type': 'application/json; charset=utf-8', 'content-length': body.length });
    response.end(body);
  }),
);
