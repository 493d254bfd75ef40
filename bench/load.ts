import { Pool } from 'undici';

/** A request as a candidate wants it. */
export interface LoadRequest {
  readonly method: 'GET' | 'POST';
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
}

/** Connections to one candidate, kept open between its turns. */
export interface Connections {
  ask(request: LoadRequest): Promise<Buffer>;
  /**
   * A closed loop: each connection sends its next request when the last is answered.
   *
   * @param expected The one right answer; any other ends the bench.
   * @returns Milliseconds of each request, sorted, and of the whole.
   */
  run(request: LoadRequest, count: number, expected: Buffer): Promise<Run>;
  close(): Promise<void>;
}

export interface Run {
  readonly latenciesMs: Float64Array;
  readonly elapsedMs: number;
}

export function connect(origin: string, connections: number): Connections {
  const pool = new Pool(origin, { connections, pipelining: 1, keepAliveTimeout: 600_000, keepAliveMaxTimeout: 600_000 });
  const ask = (request: LoadRequest): Promise<Buffer> =>
    new Promise((resolve, reject) => {
      const chunks: Buffer[] = [];
      let code = 0;
      pool.dispatch(
        { ...request, headers: { ...request.headers } },
        {
          onRequestStart: () => {},
          onResponseStart: (_controller, status) => {
            code = status;
          },
          onResponseData: (_controller, chunk) => void chunks.push(chunk),
          onResponseEnd: () => {
            const body = chunks.length === 1 ? (chunks[0] as Buffer) : Buffer.concat(chunks);
            if (code === 200) resolve(body);
            else reject(new Error(`${origin}${request.path} answered with status ${code}: ${body.toString().slice(0, 500)}`));
          },
          onResponseError: (_controller, error) => reject(error),
        },
      );
    });
  return {
    ask,
    run: async (request, count, expected) => {
      const latenciesMs = new Float64Array(count);
      let next = 0;
      const loop = async (): Promise<void> => {
        for (let index = next++; index < count; index = next++) {
          const startMs = performance.now();
          const answer = await ask(request);
          latenciesMs[index] = performance.now() - startMs;
          if (!answer.equals(expected))
            throw new Error(`${origin}${request.path} changed its answer: ${differing(answer, expected)}`);
        }
      };
      const startMs = performance.now();
      await Promise.all(Array.from({ length: connections }, loop));
      return { latenciesMs: latenciesMs.sort(), elapsedMs: performance.now() - startMs };
    },
    close: () => pool.destroy(),
  };
}

function differing(answer: Buffer, expected: Buffer): string {
  const at = answer.findIndex((byte, index) => byte !== expected[index]);
  const around = (bytes: Buffer): string => bytes.subarray(Math.max(0, at - 60), at + 200).toString();
  return `“${around(answer)}” instead of “${around(expected)}”`;
}
