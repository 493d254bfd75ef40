import { Pool, type Dispatcher } from 'undici';
import { isServiceError, ServiceError } from '../errors.ts';
import type { Attempt, Reply, Send, UpstreamCall } from './call.ts';

const DEFAULT_MAX_BODY_BYTES = 4 * 1024 * 1024;

/**
 * The last stop: a keep-alive pool per address. Redirects are never followed, bodies are capped while they arrive.
 *
 * @param addresses Origins by name (`main`, `archive`).
 * @throws UPSTREAM_UNAVAILABLE on socket failures; UPSTREAM_INVALID on oversized bodies.
 */
export function transport({ system, addresses }: { system: string; addresses: Readonly<Record<string, string>> }): {
  send: Send<UpstreamCall, Reply>;
  close(): Promise<void>;
} {
  const pools = new Map(
    Object.entries(addresses).map(([name, origin]) => [name, new Pool(origin, { connections: 64, pipelining: 1 })]),
  );
  return {
    send: (attempt) => {
      const pool = pools.get(attempt.call.address ?? 'main');
      if (!pool) throw new Error(`The system ${system} has no address named ${attempt.call.address}`);
      return dispatch(pool, system, attempt);
    },
    close: async () => void (await Promise.all([...pools.values()].map((pool) => pool.destroy()))),
  };
}

const dispatch = (pool: Pool, system: string, { call, signal }: Attempt<UpstreamCall>): Promise<Reply> =>
  new Promise((resolve, reject) => {
    const maximum = call.maxBodyBytes ?? DEFAULT_MAX_BODY_BYTES;
    const chunks: Buffer[] = [];
    let sizeBytes = 0;
    let head: Omit<Reply, 'body'> = { status: 0, headers: {} };
    let stop: (reason: Error) => void = () => {};
    const abort = () => stop(new Error('The caller no longer waits'));
    const handler: Dispatcher.DispatchHandler = {
      onRequestStart(controller) {
        stop = (reason) => controller.abort(reason);
        if (signal.aborted) abort();
        else signal.addEventListener('abort', abort, { once: true });
      },
      onResponseStart(_controller, status, headers) {
        head = { status, headers: singleValues(headers) };
      },
      onResponseData(controller, chunk) {
        sizeBytes += chunk.length;
        if (sizeBytes > maximum) controller.abort(tooLarge(system, maximum));
        else chunks.push(chunk);
      },
      onResponseEnd() {
        signal.removeEventListener('abort', abort);
        resolve({ ...head, body: chunks.length === 1 ? (chunks[0] as Buffer) : Buffer.concat(chunks) });
      },
      onResponseError(_controller, error) {
        signal.removeEventListener('abort', abort);
        reject(isServiceError(error) ? error : unavailable(system, error));
      },
    };
    pool.dispatch(
      {
        method: call.method,
        path: pathWithQuery(call.path, call.query),
        headers: { ...call.headers },
        body: call.body ?? null,
      },
      handler,
    );
  });

const pathWithQuery = (path: string, query: Readonly<Record<string, string>> | undefined): string => {
  const search = query ? new URLSearchParams(query).toString() : '';
  return search ? `${path}?${search}` : path;
};

function singleValues(headers: Record<string, string | string[] | undefined>): Record<string, string> {
  const single: Record<string, string> = {};
  for (const name in headers) {
    const value = headers[name];
    single[name] = Array.isArray(value) ? value.join(', ') : (value ?? '');
  }
  return single;
}

const unavailable = (system: string, cause: unknown) =>
  new ServiceError('UPSTREAM_UNAVAILABLE', `The system ${system} cannot be reached.`, { system, cause });

const tooLarge = (system: string, maximum: number) =>
  new ServiceError('UPSTREAM_INVALID', `The system ${system} answered with more than ${maximum} bytes.`, { system });
