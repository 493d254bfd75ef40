import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { buildSchema, parse, validate } from 'graphql';
import { ERROR_CODES } from '../../kernel/errors.ts';
import { FAULT_KINDS } from '../../kernel/sandbox/fault.ts';
import { PEOPLE } from '../../kernel/sandbox/population/people.ts';
import type { Probe } from '../../kernel/subgraph.ts';
import { loadSubgraphs } from '../../subgraphs/index.ts';
import { loggingGraph, type LoggingGraph, type Told } from './loggingGraph.ts';

// However a system fails, its own words stay inside: a client reads a code of the catalogue and a sentence of ours, and the log,
// which keeps the system's reason, names no person.

let graph: LoggingGraph;
beforeAll(async () => {
  graph = await loggingGraph();
});
afterAll(() => graph[Symbol.asyncDispose]());

const schema = buildSchema(readFileSync(join(import.meta.dirname, '../../schema/api.graphql'), 'utf8'), { assumeValidSDL: true });
const probes = (await loadSubgraphs())
  .flatMap(({ probes: all }) => all)
  .filter(({ operation }) => validate(schema, parse(operation)).length === 0);

/** What the systems and the libraries that speak with them say: hosts, stacks, web pages, codes, statements. */
const FOREIGN =
  /127\.0\.0\.1|localhost|ECONN|EPIPE|UND_ERR|socket|node_modules|\.ts:\d|\bat \w+ \(|<html|Service Unavailable|系统|错误|升级|errcode|ack_code|EX_GDBS|SQRZ|57P03|53300|database|select |unexpected token|JSON at|TypeError|SyntaxError/i;

/** All sentences that a failing system may cause. */
const OURS = [
  /^The system [\w.]+ (refused (our credential|this request|because of the present state)|does not know what was asked|did not accept the request|asks to come back later|is out of order|is under maintenance|cannot be reached|did not answer in time|failed repeatedly and is not asked for a while)\.$/,
  /^The system [\w.]+ answered (in a form that the graph does not understand|with more than \d+ bytes|(with|about) [a-z ]+ (than|that) [a-z ]+)\.$/,
  /^The case that the purpose names does not exist, is not of its item, or gives this caller no duty\.$/,
];

const WAYS = { JSON: 'application/json', events: 'text/event-stream' } as const;

async function ask({ operation, variables = {}, as }: Probe, accept: string): Promise<Told> {
  const { itemCode, caseNumber, code } = as?.purpose ?? {};
  const purpose = [code, itemCode && `item=${itemCode}`, caseNumber && `case=${caseNumber}`].filter(Boolean).join('; ');
  return graph.post(
    { query: operation, variables },
    { accept, ...(purpose ? { 'meijiang-purpose': purpose } : {}), ...(as ? await graph.authorization(as.persona) : {}) },
  );
}

interface Shown {
  readonly data?: unknown;
  readonly errors?: readonly { readonly message: string; readonly extensions: Readonly<Record<string, unknown>> }[];
}

/** The answer in a body of JSON or of events. */
const shownIn = ({ body }: Told): Shown => JSON.parse(/^data: (.+)$/m.exec(body)?.[1] ?? body) as Shown;

test('every system answers when nothing is wrong', async () => {
  for (const probe of probes) {
    const { errors } = shownIn(await ask(probe, WAYS.JSON));
    expect({ probe: probe.operation, errors }).toEqual({ probe: probe.operation, errors: undefined });
  }
});

const seen = new Set<unknown>();

test.each(FAULT_KINDS.map((kind, at) => ({ kind, accept: at % 2 === 0 ? WAYS.JSON : WAYS.events })))(
  'no system tells anything of its own when the fault of all is $kind, in $accept',
  async ({ kind, accept }) => {
    const systems = [...new Set(probes.map(({ system }) => system))];
    await Promise.all(systems.map((system) => graph.setFault(system, kind)));
    const answers = await Promise.all(probes.map((probe) => ask(probe, accept)));
    await Promise.all(systems.map((system) => graph.setFault(system, null)));
    for (const told of answers) {
      const { errors = [] } = shownIn(told);
      for (const { message, extensions } of errors) {
        seen.add(extensions['code']);
        expect({ message, isOurs: OURS.some((sentence) => sentence.test(message)) }).toEqual({ message, isOurs: true });
      }
      const [head = ''] = told.text.split('\n\n');
      expect(head).not.toMatch(FOREIGN);
      expect(JSON.stringify(errors)).not.toMatch(FOREIGN);
    }
  },
  30_000,
);

test('and the failures were of many kinds, all of the catalogue and none of them unforeseen', () => {
  expect([...seen].filter((code) => typeof code !== 'string' || !Object.hasOwn(ERROR_CODES, code))).toEqual([]);
  expect(seen).not.toContain('INTERNAL');
  for (const code of ['UPSTREAM_TIMEOUT', 'UPSTREAM_UNAVAILABLE', 'UPSTREAM_INVALID', 'UPSTREAM_MISMATCH'])
    expect(seen).toContain(code);
});

describe('the log afterwards', () => {
  test('is one object of JSON in each line, without a stack', () => {
    const lines = graph.lines();
    expect(lines.length).toBeGreaterThan(100);
    for (const line of lines) {
      const { event, level } = JSON.parse(line) as Record<string, unknown>;
      expect({ line, event: typeof event, level: typeof level }).toEqual({ line, event: 'string', level: 'number' });
      expect(line).not.toMatch(/\\n\s+at |"stack"/);
    }
  });

  test('names the request of every call and every failure', () => {
    const events = graph.lines().map((line) => JSON.parse(line) as Record<string, unknown>);
    const failures = events.filter(({ level }) => Number(level) >= 40);
    expect(failures.length).toBeGreaterThan(20);
    const without = failures.filter(({ request }) => typeof request !== 'string' || !/^[0-9a-f-]{36}$/.test(request));
    expect(without.filter(({ event }) => event !== 'catalogue')).toEqual([]); // the catalogue is read for all
  });

  test('knows no person', () => {
    const text = graph.lines().join('\n');
    for (const { certificateNumber, mobile, name } of Object.values(PEOPLE)) {
      expect(text).not.toContain(certificateNumber);
      expect(text).not.toContain(mobile);
      expect(text).not.toContain(name);
    }
    expect(text).not.toMatch(/eyJ[\w-]+\.[\w-]+/);
  });
});
