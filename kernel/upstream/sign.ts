import { randomBytes } from 'node:crypto';
import type { HttpLayer, UpstreamCall } from './call.ts';

/** Adds a system's signature; each attempt gets its own time and nonce. Rows of the signing table, bound to credentials. */
export type Sign = (call: UpstreamCall, moment: { nowMs: number; nonce: string }) => UpstreamCall;

export const signed =
  ({ sign, now }: { sign: Sign; now: () => number }): HttpLayer =>
  (next) =>
  (attempt) =>
    next({ ...attempt, call: sign(attempt.call, { nowMs: now(), nonce: randomBytes(16).toString('hex') }) });
