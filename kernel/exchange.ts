import type { Dispatcher } from 'undici';

/** An answer as it came. */
export interface Received {
  readonly status: number;
  /** Lower-case names; a list where a header came several times. */
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>;
  readonly body: Buffer;
}

interface ExchangeOptions {
  /** Larger bodies are refused while they arrive. */
  readonly maximumBytes: number;
  readonly tooLarge: () => Error;
  /** What a failure of the connection becomes. */
  readonly failed: (thrown: Error) => Error;
  /** Begins to watch for the end of the caller's patience; gives what ends the watch. */
  readonly watch: (end: (reason: Error) => void) => () => void;
}

/**
 * Sends one request and takes the whole answer, by the client's own events: its request with a stream for the body costs twice
 * as much, for every call.
 */
export const exchange = (
  client: Dispatcher,
  request: Dispatcher.DispatchOptions,
  { maximumBytes, tooLarge, failed, watch }: ExchangeOptions,
): Promise<Received> =>
  new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let sizeBytes = 0;
    let status = 0;
    let headers: Received['headers'] = {};
    let running: Dispatcher.DispatchController | null = null;
    let ended: Error | null = null;
    const end = (reason: Error): void => {
      ended ??= reason;
      reject(ended);
      running?.abort(ended);
    };
    const leave = watch(end);
    client.dispatch(request, {
      onRequestStart(controller) {
        running = controller;
        if (ended) controller.abort(ended);
      },
      onResponseStart(_controller, receivedStatus, receivedHeaders) {
        status = receivedStatus;
        headers = receivedHeaders;
      },
      onResponseData(_controller, chunk) {
        sizeBytes += chunk.length;
        if (sizeBytes > maximumBytes) end(tooLarge());
        else chunks.push(chunk);
      },
      onResponseEnd() {
        leave();
        resolve({ status, headers, body: chunks.length === 1 ? (chunks[0] as Buffer) : Buffer.concat(chunks) });
      },
      onResponseError(_controller, thrown) {
        leave();
        reject(failed(thrown)); // unless it has ended already: then nobody hears it
      },
    });
  });
