import { createClient as createSseClient } from 'graphql-sse';
import { createClient as createWsClient } from 'graphql-ws';
import { WebSocket } from 'ws';

export interface StreamAnswer {
  readonly data?: Readonly<Record<string, unknown>> | null;
  readonly errors?: readonly {
    readonly message: string;
    readonly path?: readonly unknown[];
    readonly extensions?: { readonly code?: string };
  }[];
}

/** One protocol's client, as its library's authors mean it to be used. */
export interface StreamClient {
  /** Begins when the first answer is asked for. */
  iterate(query: string, variables?: Record<string, unknown>): AsyncIterableIterator<StreamAnswer>;
  /** Close codes of connections that have ended; WebSocket only. */
  readonly closes: readonly number[];
  dispose(): void;
}

export const PROTOCOLS = {
  SSE: (origin: string, headers: Record<string, string>): StreamClient => {
    const client = createSseClient({ url: `${origin}/graphql`, headers, retryAttempts: 0 });
    return {
      iterate: (query, variables = {}) => client.iterate({ query, variables }) as AsyncIterableIterator<StreamAnswer>,
      closes: [],
      dispose: () => client.dispose(),
    };
  },
  WebSocket: (origin: string, headers: Record<string, string>): StreamClient => {
    const closes: number[] = [];
    const client = createWsClient({
      url: `${origin.replace('http', 'ws')}/graphql`,
      webSocketImpl: WebSocket,
      connectionParams: headers,
      retryAttempts: 0,
      on: { closed: (event) => void closes.push((event as { code: number }).code) },
    });
    return {
      // The library's types leave out that an errors message ends the iteration by throwing them.
      iterate: (query, variables = {}) => client.iterate({ query, variables }) as AsyncIterableIterator<StreamAnswer>,
      closes,
      dispose: () => void client.dispose(),
    };
  },
} as const;

export type Protocol = keyof typeof PROTOCOLS;

/** The next answer; what the protocol tells as an error of the operation is one, too. Undefined at the end. */
export async function nextOf(answers: AsyncIterator<StreamAnswer>): Promise<StreamAnswer | undefined> {
  try {
    const { done, value } = await answers.next();
    return done ? undefined : value;
  } catch (thrown) {
    if (Array.isArray(thrown)) return { errors: thrown as StreamAnswer['errors'] & object };
    throw thrown;
  }
}
