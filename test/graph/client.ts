import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { systemClock, type Clock } from '../../kernel/clock.ts';
import { readConfig } from '../../kernel/config.ts';
import type { SystemStatus } from '../../kernel/sandbox/process.ts';
import { startGraph, type RunningGraph } from '../../gateway/start.ts';

export interface GraphqlAnswer {
  readonly status: number;
  readonly data: Readonly<Record<string, unknown>> | null | undefined;
  readonly errors: { message: string; path?: (string | number)[]; extensions: { code: string; system?: string } }[];
  readonly ms: number;
}

/** The whole graph on a free port, and a client as a stranger would write it. */
export async function startTestGraph(environment: Record<string, string> = {}, clock: Clock = systemClock) {
  const graph: RunningGraph = await startGraph(readConfig({ PORT: '0', LOG_LEVEL: 'silent', ...environment }), clock);
  const tokens = new Map<string, string>();
  const post = (path: string, body: unknown, headers: Record<string, string> = {}) =>
    fetch(`${graph.origin}${path}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      body: JSON.stringify(body),
    });

  async function tokenOf(persona: string): Promise<string> {
    const known = tokens.get(persona);
    if (known) return known;
    const { access_token: token } = (await (await post('/dev/token', { persona })).json()) as { access_token: string };
    tokens.set(persona, token);
    return token;
  }

  async function ask(
    query: string,
    { variables = {}, as, headers = {} }: { variables?: object; as?: string; headers?: Record<string, string> } = {},
  ): Promise<GraphqlAnswer> {
    const startMs = performance.now();
    const authorization = as ? { authorization: `Bearer ${await tokenOf(as)}` } : {};
    const response = await post('/graphql', { query, variables }, { ...authorization, ...headers });
    const { data, errors = [] } = (await response.json()) as Omit<GraphqlAnswer, 'status' | 'ms'>;
    return { status: response.status, data, errors, ms: performance.now() - startMs };
  }

  const systems = async (): Promise<SystemStatus[]> =>
    (await (await fetch(`${graph.origin}/dev/systems`)).json()) as SystemStatus[];

  return {
    origin: graph.origin,
    tlsOrigin: graph.tlsOrigin,
    post,
    ask,
    tokenOf,
    systems,
    run: (operation: string, options: Parameters<typeof ask>[1] = {}) => ask(operationText(operation), options),
    setFault: (system: string, fault: object | null) =>
      fetch(`${graph.origin}/dev/systems/${system}/fault`, {
        method: fault ? 'PUT' : 'DELETE',
        headers: { 'content-type': 'application/json' },
        ...(fault ? { body: JSON.stringify(fault) } : {}),
      }),
    /** Calls that each system received while `work` ran; systems without calls left out. */
    callsDuring: async (work: () => Promise<unknown>): Promise<Record<string, number>> => {
      const before = new Map((await systems()).map(({ name, calls }) => [name, calls]));
      await work();
      return Object.fromEntries(
        (await systems())
          .map(({ name, calls }) => [name, calls - (before.get(name) ?? 0)] as const)
          .filter(([, calls]) => calls > 0),
      );
    },
    /** Waits until the jobs of a fresh start have done their work: no system is called between two looks. */
    quiet: async () => {
      const total = async () => (await systems()).reduce((sum, { calls }) => sum + calls, 0);
      for (let round = 0; round < 100; round += 1) {
        const before = await total();
        await setTimeout(1_200); // longer than the pause that the slowest pace makes
        if ((await total()) === before) return;
      }
      throw new Error('The systems never became quiet.');
    },
    reload: () => graph.reload(),
    close: () => graph.close(),
  };
}

export type TestGraph = Awaited<ReturnType<typeof startTestGraph>>;

export const operationText = (name: string): string =>
  readFileSync(join(import.meta.dirname, `../../schema/operations/${name}.graphql`), 'utf8');

/** What stands at a path of an answer; undefined when the path leads nowhere. */
export const at = (value: unknown, ...path: readonly (string | number)[]): unknown =>
  path.reduce<unknown>(
    (inner, key) => (typeof inner === 'object' && inner !== null ? (inner as Record<string, unknown>)[key] : undefined),
    value,
  );
