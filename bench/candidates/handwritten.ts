import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { startEntry } from '../processes.ts';
import type { Candidate } from './candidate.ts';
import { graphqlRequest } from './requests.ts';

/** The practical limit. */
export const handwritten: Candidate = {
  name: 'handwritten',
  title: 'a handler written by hand, without GraphQL',
  start: async ({ scenario }) => {
    const server = await startEntry('handwritten.ts', [scenario.worldFile]);
    return { origin: server.origin, pids: [server.pid], requestFor: graphqlRequest, close: server.close };
  },
};

/** The floor. */
export const fixed: Candidate = {
  name: 'static',
  title: 'a server that sends the answers as they are',
  start: async ({ scenario, answers }) => {
    const file = join(scenario.folder, 'answers.json');
    writeFileSync(file, JSON.stringify(Object.fromEntries(answers)));
    const server = await startEntry('static.ts', [file]);
    return { origin: server.origin, pids: [server.pid], requestFor: graphqlRequest, close: server.close };
  },
};
