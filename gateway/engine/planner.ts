import { QueryPlanner } from '@graphql-hive/router-query-planner';
import { LruMap } from './lru.ts';
import type { QueryPlan } from './plan.ts';
import { inPlanningOrder, type Renamed } from './planningOrder.ts';
import { splitRequirements } from './splitRequirements.ts';

/** Turns operations into plans. A border: another planner can stand in. */
export interface Planner {
  /** SDL of the client's schema, with the planner's own machinery still in it. */
  readonly apiSdl: string;
  /** Draws which of the progressive `@override`s are taken this time; 0 where there are none. */
  draw(): Lot;
  /**
   * @param document One operation as `normalize` writes it, within the limits on expanded selections.
   * @param lot Drawn anew unless given.
   * @throws when the operation cannot be planned.
   */
  plan(document: string, operationName: string | undefined, lot?: Lot): Promise<QueryPlan>;
}

/** A draw for `@override(label: "percent(n)")`. */
export interface Lot {
  /** From 0 inclusive to 100 exclusive; below n takes the new owner. */
  readonly percentage: number;
  /** The same for all draws that lead to the same plans. */
  readonly outcome: number;
}

export interface PlannerOptions {
  /** Labels of progressive `@override` that are switched on. */
  readonly activeLabels?: readonly string[];
  /** From 0 inclusive to 100 exclusive. */
  readonly draw?: () => number;
  /** Bytes of the texts whose plans are kept; the least recently used leave first. */
  readonly maxBytes?: number;
}

/** Plans at once: planning runs on the four threads that Node also reads files and resolves names with. */
const MAX_CONCURRENT = 2;

/**
 * The Rust planner. Every plan is made off the event loop, once per operation and outcome of the draw; a refusal is kept
 * like a plan.
 */
export function createPlanner(
  supergraphSdl: string,
  { activeLabels = [], draw = () => Math.random() * 100, maxBytes = 4 * 1024 * 1024 }: PlannerOptions = {},
): Planner {
  const first = namedPlanner(supergraphSdl);
  let second: NamedPlanner | null | undefined;
  const labels = new Set(activeLabels);
  const percentages = [...first.planner.overridePercentages].sort((a, b) => a - b);
  const plans = new LruMap<string, Promise<QueryPlan>>(maxBytes, (text) => 2 * text.length);
  const inTurn = limitConcurrency(MAX_CONCURRENT);
  const drawLot = (): Lot => {
    const percentage = percentages.length === 0 ? 0 : draw();
    return { percentage, outcome: percentages.filter((threshold) => threshold <= percentage).length };
  };

  return {
    apiSdl: first.planner.consumerSchema,
    draw: drawLot,
    plan: (document, operationName, { percentage, outcome } = drawLot()) =>
      plans.getOrMake(`${outcome} ${operationName ?? ''} ${document}`, () =>
        inTurn(async () => {
          const planBy = async ({ planner, renamings }: NamedPlanner): Promise<QueryPlan> =>
            // The planner's own types say the same as ours, but leave out that it writes null for what is absent.
            renamings.reduce(
              withOwnNames,
              (await planner.planAsync(document, operationName ?? null, labels, percentage)) as QueryPlan,
            );
          try {
            return await planBy(first);
          } catch (thrown) {
            if (second === undefined) second = splitPlanner(supergraphSdl);
            if (!second) throw thrown;
            return await planBy(second).catch(() => {
              throw thrown;
            });
          }
        }),
      ),
  };
}

/** A planner, and how the names in its plans become the subgraphs' own. */
interface NamedPlanner {
  readonly planner: QueryPlanner;
  readonly renamings: readonly Renamed[];
}

function namedPlanner(supergraphSdl: string, renamings: readonly Renamed[] = []): NamedPlanner {
  const ordered = inPlanningOrder(supergraphSdl);
  return {
    planner: new QueryPlanner(ordered?.supergraphSdl ?? supergraphSdl),
    renamings: ordered ? [ordered, ...renamings] : renamings,
  };
}

/** For what the first cannot plan; made when it is needed. */
function splitPlanner(supergraphSdl: string): NamedPlanner | null {
  const split = splitRequirements(supergraphSdl);
  return split && namedPlanner(split.supergraphSdl, [split]);
}

const withOwnNames = (plan: QueryPlan, { ownNameOf }: Renamed): QueryPlan =>
  JSON.parse(JSON.stringify(plan), (key, value: unknown) =>
    key === 'serviceName' && typeof value === 'string' ? ownNameOf(value) : value,
  ) as QueryPlan; // the same but for the names

function limitConcurrency(limit: number): <T>(start: () => Promise<T>) => Promise<T> {
  const waiting: (() => void)[] = [];
  let running = 0;
  return async (start) => {
    if (running >= limit) await new Promise<void>((resolve) => void waiting.push(resolve));
    else running += 1;
    try {
      return await start();
    } finally {
      // The turn passes to the next in line, or is given back.
      const next = waiting.shift();
      if (next) next();
      else running -= 1;
    }
  };
}
