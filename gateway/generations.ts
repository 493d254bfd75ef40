import type { ApolloServer } from '@apollo/server';
import { collectGarbageSoon } from './garbage.ts';
import type { Answering } from './answering.ts';
import type { OperationGate } from './operations/operationGate.ts';
import type { GatewayContext } from './request.ts';
import type { Streams } from './streams/streams.ts';

/** One supergraph that is served: the server's pipeline and what it remembers, over one engine. */
export interface Generation {
  readonly apollo: ApolloServer<GatewayContext>;
  readonly answering: Answering;
  readonly operations: OperationGate;
  readonly streams: Streams;
  /** Frees what only this generation uses; called once, when nobody is answered by it any more. */
  close(): Promise<void>;
}

/** A generation for the time of one request. */
export interface Lease {
  readonly generation: Generation;
  /** Called once. */
  release(): void;
}

/** The supergraphs that are served one after the other. Each request is answered by the one that was there when it came. */
export interface Generations {
  /** The one that is served now; for what does not end with a request. */
  current(): Generation;
  take(): Lease;
  /** From now on requests get this one. The streams of the one before are told to come again; it is closed when its last request has ended. */
  replace(next: Generation): void;
  /** Waits for all requests and closes everything. */
  close(): Promise<void>;
}

export function generationsFrom(first: Generation): Generations {
  let current = served(first);
  const ending = new Set<Promise<void>>();
  const retire = (one: Served): Promise<void> => {
    const end = one.retire().finally(() => ending.delete(end));
    ending.add(end);
    return end;
  };
  return {
    current: () => current.generation,
    take: () => current.take(),
    replace: (next) => {
      const before = current;
      current = served(next);
      // Afterwards, when nothing refers to it any more: its planner is native.
      void retire(before).then(collectGarbageSoon);
    },
    close: async () => {
      void retire(current);
      await Promise.all(ending);
    },
  };
}

interface Served {
  readonly generation: Generation;
  take(): Lease;
  /** Resolves when the last lease was released and the generation is closed. */
  retire(): Promise<void>;
}

function served(generation: Generation): Served {
  let leases = 0;
  let idle: (() => void) | null = null;
  const release = (): void => {
    leases -= 1;
    if (leases === 0) idle?.();
  };
  return {
    generation,
    take: () => {
      leases += 1;
      return { generation, release };
    },
    retire: async () => {
      await generation.streams.close();
      if (leases > 0) await new Promise<void>((resolve) => (idle = resolve));
      await generation.close();
    },
  };
}
