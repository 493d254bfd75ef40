import { QueryPlanner } from '@graphql-hive/router-query-planner';
import { LruMap } from './lru.ts';
import type { QueryPlan } from './plan.ts';

/** Turns operations into plans. A border: another planner can stand in. */
export interface Planner {
  /** SDL of the client's schema, with the planner's own machinery still in it. */
  readonly apiSdl: string;
  /**
   * @param document One operation as `normalize` writes it, within the limits on expanded selections.
   * @throws when the operation cannot be planned.
   */
  plan(document: string, operationName: string | undefined): Promise<QueryPlan>;
}

export interface PlannerOptions {
  /** Labels of progressive `@override` that are switched on. */
  readonly activeLabels?: readonly string[];
  /** Draws the lot for `@override(label: "percent(n)")`: from 0 inclusive to 100 exclusive; below n takes the new owner. */
  readonly draw?: () => number;
  /** Plans kept; the least recently used leave first. */
  readonly maxPlans?: number;
}

/** Plans at once: planning runs on the four threads that Node also reads files and resolves names with. */
const MAX_CONCURRENT = 2;

/**
 * The Rust planner. Every plan is made off the event loop, once per operation and outcome of the draw; a refusal is kept
 * like a plan.
 */
export function createPlanner(
  supergraphSdl: string,
  { activeLabels = [], draw = () => Math.random() * 100, maxPlans = 1000 }: PlannerOptions = {},
): Planner {
  const planner = new QueryPlanner(supergraphSdl);
  const labels = new Set(activeLabels);
  const percentages = [...planner.overridePercentages].sort((a, b) => a - b);
  const plans = new LruMap<string, Promise<QueryPlan>>(maxPlans);
  const inTurn = limitConcurrency(MAX_CONCURRENT);

  return {
    apiSdl: planner.consumerSchema,
    plan: (document, operationName) => {
      const lot = percentages.length === 0 ? 0 : draw();
      const outcome = percentages.filter((percentage) => percentage <= lot).length;
      return plans.getOrMake(`${outcome} ${operationName ?? ''} ${document}`, () =>
        // The planner's own types say the same as ours, but leave out that it writes null for what is absent.
        inTurn(() => planner.planAsync(document, operationName ?? null, labels, lot) as Promise<QueryPlan>),
      );
    },
  };
}

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
