/** How a simulated system can misbehave; set from outside, one at a time. */
export const FAULT_KINDS = [
  'silence', //      accepts the call and never answers
  'delay', //        answers after `ms` (default 1,000)
  'reset', //        closes the connection without an answer
  'truncate', //     sends half of the body
  'charset', //      sends bytes that are not what the answer declares
  'error-code', //   refuses in its own dialect
  '429', //          too many requests
  '503', //          out of order
  'html', //         a web page instead of data
  'other-person', // the record of somebody else than asked
  'huge', //         a body without end
] as const;

export type FaultKind = (typeof FAULT_KINDS)[number];

export interface Fault {
  readonly kind: FaultKind;
  /** For `delay`, in milliseconds. */
  readonly ms?: number;
}

export const isFaultKind = (value: unknown): value is FaultKind => FAULT_KINDS.some((kind) => kind === value);
