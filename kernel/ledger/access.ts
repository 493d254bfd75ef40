import type { CallerKind } from '../context.ts';
import type { Category } from '../register.ts';

/** What an entry is called that says that somebody's data was looked at, or was not shown to somebody who asked. */
export const ACCESS = 'ACCESS';

/**
 * The facts of one access, of one operation to the data of one subject; never a value. Only what is of sensitivity 3 and 4
 * counts.
 */
export interface AccessFacts {
  readonly event: typeof ACCESS;
  /** The request's id, which stands in its answer's headers. */
  readonly request: string;
  /** Opaque id of who asked. */
  readonly actor: string;
  /** Opaque id of whom he asked for; the same as `actor` for whoever asks for himself. */
  readonly onBehalfOf: string;
  readonly kind: CallerKind;
  /** Department code of an official or an application. */
  readonly department: string | null;
  /** Purpose code. */
  readonly purpose: string | null;
  /** Why the law allows it, in words; null where the access was refused for want of it. */
  readonly legalBasis: string | null;
  readonly itemCode: string | null;
  readonly caseNumber: string | null;
  readonly operationName: string | null;
  /** SM3 of the operation's text, hexadecimal. */
  readonly operationHash: string;
  /** Categories of the fields by what became of them. */
  readonly shown: readonly Category[];
  readonly masked: readonly Category[];
  readonly denied: readonly Category[];
  /** Systems of the catalogue from which the fields come. */
  readonly systems: readonly string[];
}
