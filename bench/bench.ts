import type { Candidate, Stack } from './candidates/candidate.ts';
import { reference } from './candidates/ours.ts';
import { installPeers } from './candidates/peers.ts';
import { servicesOf } from './candidates/services.ts';
import { contender, type Contender } from './contender.ts';
import { connect } from './load.ts';
import type { Operation } from './operations.ts';
import { leaveMeasuredCore } from './processes.ts';
import { measure, type Effort, type Sample } from './rounds.ts';
import { startScenario } from './scenario.ts';

interface BenchOptions {
  readonly candidates: readonly Candidate[];
  readonly operations: readonly Operation[];
  readonly effort: Effort;
  /** Progress, a line at a time. */
  readonly tell: (line: string) => void;
}

/** Starts everything, compares all answers, and only then measures. @throws when a candidate answers otherwise than the reference. */
export async function runBench({ candidates, operations, effort, tell }: BenchOptions): Promise<Sample[]> {
  if (candidates.some(({ hasPeers }) => hasPeers)) installPeers();
  leaveMeasuredCore();
  const scenario = await startScenario();
  try {
    const services = servicesOf(scenario);
    const answers = new Map<Operation['id'], string>();
    const surroundings = { scenario, services, answers };
    const right = await reference.start(surroundings);
    for (const operation of operations) answers.set(operation.id, await firstAnswer(right, operation));
    await right.close();

    const contenders: Contender[] = [];
    for (const candidate of candidates) {
      const stack = await candidate.start(surroundings);
      contenders.push(await contender(candidate, stack, operations, answers, effort.warmUpMs));
      tell(`${candidate.title}: right and warm.`);
    }
    const samples = await measure(contenders, operations, scenario, effort, tell);
    for (const each of contenders) await each.close();
    return samples;
  } finally {
    await scenario.close();
  }
}

/** What the reference says. @throws when it is an error. */
async function firstAnswer({ origin, requestFor }: Stack, operation: Operation): Promise<string> {
  const connections = connect(origin, 1);
  const answer = (await connections.ask(requestFor(operation))).toString();
  await connections.close();
  if ('errors' in (JSON.parse(answer) as object)) throw new Error(`The reference cannot answer ${operation.id}: ${answer}`);
  return answer;
}
