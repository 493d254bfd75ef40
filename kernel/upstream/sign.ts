import { randomUUID } from 'node:crypto';
import type { HttpLayer, UpstreamCall } from './call.ts';

/** Adds a system's signature; each attempt gets its own time and nonce. Rows of the signing table, bound to credentials. */
export type Sign = (call: UpstreamCall, moment: { nowMs: number; nonce: string }) => UpstreamCall;

export const signed =
  ({ sign, now }: { sign: Sign; now: () => number }): HttpLayer =>
  (next) =>
  (attempt) =>
    next({ ...attempt, call: sign(attempt.call, { nowMs: now(), nonce: nonce() }) });

/** 32 hexadecimal digits. Node.js draws the randomness of UUIDs for many at once, so this costs no call of the system. */
const nonce = (): string => randomUUID().replaceAll('-', '');
