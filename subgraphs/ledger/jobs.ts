import type { Job } from '../../kernel/subgraph.ts';
import type { Upstream } from './upstream.ts';

const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;

/** A checkpoint whenever entries were added, so that what was recorded can be proven even if the ledger is lost afterwards. */
export const checkpoint: Job<Upstream> = {
  name: 'checkpoint',
  everyMs: MINUTE_MS,
  run: async ({ checkpoints }) => void (await checkpoints.current()),
};

/** Empties what is older than it is to be kept. */
export const expire: Job<Upstream> = {
  name: 'expire',
  everyMs: DAY_MS,
  run: async ({ ledger, retentionMs, now }) => void (await ledger.expire(now() - retentionMs, { reason: 'RETENTION' })),
};
