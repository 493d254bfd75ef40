import type { Job } from '../../kernel/subgraph.ts';
import type { Upstream } from './upstream.ts';

/** A staff member who leaves must lose his access soon; an empty queue costs three calls. */
export const jobs: readonly Job<Upstream>[] = [
  { name: 'staff-directory', everyMs: 5 * 60_000, run: (upstream, request) => upstream.directorySync.run(request) },
];
