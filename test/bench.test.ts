import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { buildSchema, parse, validate } from 'graphql';
import { OPERATIONS } from '../bench/operations.ts';
import type { Sample } from '../bench/rounds.ts';
import { rowsOf } from '../bench/rows.ts';

const ROOT = join(import.meta.dirname, '..');

const sample = (candidate: string, round: number, cpuMs: number, more: Partial<Sample> = {}): Sample => ({
  ...{ candidate, round, cpuMs, operation: 'Q1', delayMs: 0, connections: 32 },
  ...{ requestsPerSecond: 1, p50Ms: 1, p99Ms: 1, upstreamCalls: 0, residentMb: 1 },
  ...more,
});

test('a ratio is the median of the ratios within each round, not that of the medians', () => {
  const rows = rowsOf([
    ...[sample('ours', 0, 1), sample('ours', 1, 2), sample('ours', 2, 6)],
    ...[sample('apollo', 0, 10), sample('apollo', 1, 40), sample('apollo', 2, 12)],
  ]);
  const cpu = rows.find(({ candidate, metric }) => candidate === 'ours' && metric === 'cpuMsPerRequest');
  expect(cpu).toMatchObject({ value: 2, ratioToApollo: 0.1, spread: { value: [1, 6], ratioToApollo: [0.05, 0.5] } });
  expect(cpu).toMatchObject({ ratioToRust: null, spread: { ratioToRust: null } });
});

test('figures of different loads are never mixed', () => {
  const rows = rowsOf([sample('ours', 0, 1), sample('apollo', 0, 10, { delayMs: 20 })]);
  expect(rows.filter(({ candidate, ratioToApollo }) => candidate === 'ours' && ratioToApollo !== null)).toEqual([]);
});

test.each(OPERATIONS)('$id is valid for clients', ({ query }) => {
  const schema = buildSchema(readFileSync(join(ROOT, 'schema/api.graphql'), 'utf8'), { assumeValidSDL: true });
  expect(validate(schema, parse(query))).toEqual([]);
  expect(validate(schema, parse('{ nothingOfTheKind }'))).toHaveLength(1);
});

test('the lock of the peers names packages, not where they were fetched', () => {
  const lock = readFileSync(join(ROOT, 'bench/peers/package-lock.json'), 'utf8');
  expect(lock).not.toContain('"resolved"');
  expect(lock).toContain('"node_modules/@apollo/gateway"');
});
