import { apollo } from './apollo.ts';
import type { Candidate } from './candidate.ts';
import { grafbase } from './grafbase.ts';
import { fixed, handwritten } from './handwritten.ts';
import { hive } from './hive.ts';
import { ours, oursChecked, oursHttp, oursShared, oursTrusted } from './ours.ts';

/** Everything that is measured; a new candidate is a line here. */
export const CANDIDATES: readonly Candidate[] = [
  apollo,
  hive,
  grafbase,
  oursHttp,
  ours,
  oursShared,
  oursChecked,
  oursTrusted,
  handwritten,
  fixed,
];

/** Those that the ratios of the report are about, by what they stand for. */
export const BASES = { apollo: 'apollo', handwritten: 'handwritten', rust: 'grafbase' } as const;
