import type { CallerKind } from '../context.ts';
import type { Category } from '../register.ts';

/** What an entry is called that says that somebody's data was looked at, or was not shown to somebody who asked. */
export const ACCESS = 'ACCESS';

/** What an entry is called that says that something is about to be changed; written before, so that nothing changes unrecorded. */
export const WRITE = 'WRITE';

/**
 * The facts of one access, of one operation to the data of one subject; never a value. Only what is of sensitivity 3 and 4
 * counts.
 */
export interface AccessFacts extends OperationFacts {
  readonly event: typeof ACCESS;
  /** Why the law allows it, in words; null where everything was refused. */
  readonly legalBasis: string | null;
  /** Categories of the fields by what became of them. */
  readonly shown: readonly Category[];
  readonly masked: readonly Category[];
  readonly denied: readonly Category[];
  /** Systems of the catalogue from which the fields come. */
  readonly systems: readonly string[];
  /** Codes with which something was refused. */
  readonly refusals: readonly string[];
}

/** The facts of a mutation that is about to run. */
export interface WriteFacts extends OperationFacts {
  readonly event: typeof WRITE;
}

/** Who asked for what, and why. */
export interface OperationFacts {
  /** The request's id, which stands in its answer's headers. */
  readonly request: string;
  /** Opaque id of who asked, of a person as `withoutNames` writes it; null, as the two after it, where nobody had signed in: who holds the code of a bill may verify it. */
  readonly actor: string | null;
  /** Opaque id of whom he asked for; the same as `actor` for whoever asks for himself. */
  readonly onBehalfOf: string | null;
  readonly kind: CallerKind | null;
  /** Department code of an official or an application. */
  readonly department: string | null;
  /** Purpose code. */
  readonly purpose: string | null;
  readonly itemCode: string | null;
  readonly caseNumber: string | null;
  /** Its first 100 characters. */
  readonly operationName: string | null;
  /** SM3 of the operation's text, hexadecimal, 64 digits. */
  readonly operationHash: string;
}

/**
 * Facts as they are written: the subject reads the whole text of an entry, and is not to find an official's account in it, nor the
 * id of another person. Organisations and applications keep their names.
 *
 * @param pseudonymOf A name for a person, always the same.
 */
export function withoutNames<Facts extends Readonly<Record<string, unknown>>>(
  facts: Facts,
  pseudonymOf: (id: string) => string,
): Facts {
  const { kind } = facts;
  const hidden = (id: unknown): unknown => (typeof id === 'string' ? pseudonymOf(id) : id);
  const { actor, onBehalfOf } = facts;
  if (typeof actor !== 'string' || kind === 'APPLICATION') return facts;
  return { ...facts, actor: hidden(actor), onBehalfOf: kind === 'AGENT' ? onBehalfOf : hidden(onBehalfOf) };
}
