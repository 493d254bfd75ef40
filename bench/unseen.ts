/**
 * What an operation costs that nobody has asked before: reading, validation, limits, plan and program, on the real graph. `node
 * bench/unseen.ts`. Every turn asks the operations of `schema/operations/` with an alias that is new, so that no cache knows them.
 */
import '../kernel/runtime.ts';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { buildSubgraphSchema } from '@apollo/subgraph';
import { Kind, parse, validate } from 'graphql';
import { composeSupergraph } from '../gateway/engine/compose.ts';
import { createEngine } from '../gateway/engine/engine.ts';
import { checkLimits, checkText, DEFAULT_LIMITS } from '../gateway/engine/limits.ts';
import { localTransport } from '../gateway/engine/transport/local.ts';
import { PURPOSE_DIRECTIVE_SDL } from '../gateway/purpose.ts';
import { loadSubgraphs } from '../subgraphs/index.ts';
import { median } from './median.ts';

const WARM_UP = 30;
const TURNS = 200;

const subgraphs = await loadSubgraphs();
const engine = createEngine<object>({
  supergraphSdl: composeSupergraph(subgraphs.map(({ name, typeDefs }) => ({ name, typeDefs, url: `local:${name}` })))
    .supergraphSdl,
  // Nothing is executed, so the schemas need no resolvers.
  transports: new Map(
    subgraphs.map(({ name, typeDefs }) => [
      name,
      localTransport<object>({ schema: buildSubgraphSchema([{ typeDefs }]), context: () => ({}) }),
    ]),
  ),
  executableDirectives: PURPOSE_DIRECTIVE_SDL,
  operationDirectives: ['purpose'],
});

const folder = join(import.meta.dirname, '../schema/operations');
const texts = readdirSync(folder).map((file) => ({ file, text: readFileSync(join(folder, file), 'utf8') }));

/** The same operation with an alias of its own for its first field. */
const renamed = (text: string, turn: number): string =>
  text.replace(/^( {2})(?=[a-z]\w*(?: \{|\())/m, (indent) => `${indent}never${turn}: `);

async function meet(text: string): Promise<readonly number[]> {
  const times = [performance.now()];
  const passed = (): void => void times.push(performance.now());
  const tooLong = checkText(text, DEFAULT_LIMITS);
  const document = parse(text);
  passed();
  const errors = validate(engine.apiSchema, document);
  passed();
  const tooMuch = checkLimits(document, DEFAULT_LIMITS);
  passed();
  if (errors[0] || tooLong || tooMuch) throw errors[0] ?? new Error(`The limits refuse ${text}`);
  const operation = document.definitions.find((one) => one.kind === Kind.OPERATION_DEFINITION);
  if (operation?.operation !== 'subscription') await engine.plan({ document, operationName: operation?.name?.value });
  passed();
  return times.slice(1).map((time, i) => time - (times[i] ?? 0));
}

const measured = new Map<string, number[][]>();
for (let turn = 0; turn < WARM_UP + TURNS; turn += 1)
  for (const { file, text } of texts) {
    const parts = await meet(renamed(text, turn));
    if (turn >= WARM_UP) measured.set(file, [...(measured.get(file) ?? []), [...parts, parts.reduce((a, b) => a + b)]]);
  }

const columns = ['parse', 'validate', 'limits', 'plan and compile', 'all'];
console.log(`Medians of ${TURNS}, ms.`.padEnd(28) + columns.map((name) => name.padStart(18)).join(''));
const row = (name: string, rows: readonly (readonly number[])[]): void =>
  console.log(
    name.padEnd(28) +
      columns
        .map((_, i) =>
          median(rows.map((parts) => parts[i] ?? 0))
            .toFixed(3)
            .padStart(18),
        )
        .join(''),
  );
for (const [file, rows] of measured) row(file, rows);
row('all of them', [...measured.values()].flat());
