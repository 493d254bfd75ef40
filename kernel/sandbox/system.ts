import type { Clock } from '../clock.ts';
import type { SignableRequest } from '../signing/scheme.ts';
import type { Fault, FaultKind } from './fault.ts';

/** `strict` behaves as the published interface says; `real-life` adds the quirks that were met in practice. */
export type Profile = 'strict' | 'real-life';

/** A request as a simulated system receives it; the same shape that the signing table verifies. */
export interface SandboxRequest extends SignableRequest {
  /** Set while the fault `other-person` is on: answer well-formed records that were not asked for. */
  readonly otherPerson: boolean;
}

export interface SandboxReply {
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body: string | Uint8Array;
}

export type SandboxHandler = (request: SandboxRequest) => SandboxReply | Promise<SandboxReply>;

/** A server that is not HTTP (a database): listens on 127.0.0.1 and a free port; faults are made in front of it. */
export interface SandboxListener {
  listen(): Promise<{ port: number; close(): Promise<void> }>;
  /** `postgres:` */
  readonly protocol: string;
  /** What the listener itself does about a fault that no proxy can make, e.g. `other-person`. */
  onFault?(fault: FaultKind | null): Promise<void>;
}

/** One simulated government system, in its own dialect. */
export interface SimulatedSystem {
  /** Name in the catalogue: `licence`, `payment.bill`. */
  readonly name: string;
  /** Handlers by address name; `main` is the usual one, each gets a port of its own. */
  readonly addresses: Readonly<Record<string, SandboxHandler | SandboxListener>>;
  /** What an adapter needs to call it; sandbox values only, never secret. */
  readonly credentials: Readonly<Record<string, string>>;
  /** The system's own way to say that it failed, for the fault `error-code`. */
  readonly failure: () => SandboxReply;
  /** Ends timers and connections of its own. */
  readonly close?: () => Promise<void>;
}

/** What the kit gives to every simulated system. */
export interface SandboxKit {
  readonly profile: Profile;
  readonly clock: Clock;
  /** Calls back into the graph (payment notifications), as an HTTP POST; gives status and text, or null when unreachable. */
  callBack(
    url: string,
    request: { headers: Record<string, string>; body: string },
  ): Promise<{ status: number; text: string } | null>;
}

/** A folder's `sandbox.ts`: all systems that the folder wraps. */
export type Sandbox = (kit: SandboxKit) => readonly SimulatedSystem[] | Promise<readonly SimulatedSystem[]>;

/** A running simulated system, as the outside sees and steers it. */
export interface RunningSystem {
  readonly name: string;
  readonly addresses: Readonly<Record<string, string>>;
  readonly credentials: Readonly<Record<string, string>>;
  /** Requests (or database queries' connections) received since the start. */
  readonly calls: () => number;
  readonly fault: () => Fault | null;
  setFault(fault: Fault | null): Promise<void>;
  close(): Promise<void>;
}
