import '../kernel/runtime.ts';
import { parse, validate } from 'graphql';
import { createEngine, type Engine } from '../gateway/engine/engine.ts';
import { checkLimits } from '../gateway/engine/limits.ts';
import { collectGarbage } from '../gateway/garbage.ts';
import { generatedGraph, generatedOperation } from './generatedGraph.ts';
import { median } from './median.ts';

// node bench/growth.ts: what a graph costs as it grows. One line for each size; CPU, since the machine is shared.

const SIZES = [7, 50, 200];
const UNSEEN = 200;
const WARM = 2_000;
const DISTINCT = 10_000;

const megabytes = (): number => process.memoryUsage.rss() / 1024 / 1024;

/** CPU in ms of one call, the planner's threads included. */
async function cpuMs(run: () => unknown): Promise<number> {
  const before = process.cpuUsage();
  await run();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1_000;
}

/** All that an operation goes through the first time. */
async function meet(engine: Engine<object>, text: string): Promise<void> {
  const document = parse(text, { maxTokens: 10_000 });
  if (checkLimits(document)) throw new Error('The operation is beyond the limits.');
  if (validate(engine.apiSchema, document).length > 0) throw new Error(`The operation is not valid: ${text}`);
  await engine.plan({ document });
}

async function warmRounds(engine: Engine<object>, subgraphs: number): Promise<number> {
  const document = parse(generatedOperation(0, subgraphs, 0));
  const ask = () => engine.execute({ document, request: {} });
  const { data, errors } = await ask();
  if (!data || errors) throw new Error(`The operation has no answer: ${JSON.stringify(errors)}`);
  for (let i = 0; i < WARM; i += 1) await ask();
  const rounds: number[] = [];
  for (let round = 0; round < 9; round += 1) {
    rounds.push(
      (await cpuMs(async () => {
        for (let i = 0; i < WARM / 4; i += 1) await ask();
      })) /
        (WARM / 4),
    );
  }
  return median(rounds);
}

console.log('subgraphs  fields  start ms  MB a subgraph  never seen ms  warm ms  MB after 10,000 operations more');
for (const subgraphs of SIZES) {
  const graph = generatedGraph(subgraphs);
  await collectGarbage();
  const [beforeMb, startMs] = [megabytes(), performance.now()];
  const engine = createEngine<object>(graph);
  const startedMs = performance.now() - startMs;
  await collectGarbage();
  const ownMb = (megabytes() - beforeMb) / subgraphs;
  await meet(engine, generatedOperation(0, subgraphs, 0));
  const unseen: number[] = [];
  for (let i = 1; i <= UNSEEN; i += 1)
    unseen.push(await cpuMs(() => meet(engine, generatedOperation(i % subgraphs, subgraphs, i))));
  const warmMs = await warmRounds(engine, subgraphs);
  const before = megabytes();
  for (let i = 1; i <= DISTINCT; i += 1) await meet(engine, generatedOperation(i % subgraphs, subgraphs, UNSEEN + i));
  await collectGarbage();
  const row = [subgraphs, graph.fields, startedMs.toFixed(0), ownMb.toFixed(2), median(unseen).toFixed(2), warmMs.toFixed(3)];
  console.log(`${row.map((cell) => String(cell).padStart(9)).join(' ')} ${(megabytes() - before).toFixed(0).padStart(9)}`);
  await engine.stop();
}
