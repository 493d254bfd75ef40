import type { Job } from '../../kernel/subgraph.ts';
import type { ItemPortal } from './upstream.ts';
import { RENEW_AFTER_MS } from './upstream/kept.ts';

/** Reads the catalogue at the start and twice a day, so that hardly anybody waits for it. */
export const jobs: readonly Job<ItemPortal>[] = [
  { name: 'catalogue', everyMs: RENEW_AFTER_MS, run: (portal) => portal.renewCatalogue() },
];
