import type { Job } from '../../kernel/subgraph.ts';
import type { CasesUpstream } from './upstream.ts';

/** [chosen] Seconds, because somebody sits before a page and waits; costs nothing while nobody listens. */
const EVERY_MS = 5_000;

/** Looks for changes of the cases that somebody listens to. */
export const watch: Job<CasesUpstream> = {
  name: 'watch',
  everyMs: EVERY_MS,
  run: ({ watch: cases }, request) => cases.look(request),
};
