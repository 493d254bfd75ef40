import { ServiceError, toServiceError } from '../../kernel/errors.ts';
import { ACCESS } from '../../kernel/ledger/access.ts';
import type { AccessLedger } from '../../kernel/ledger/accessLedger.ts';
import type { LedgerEntry, LedgerPage, PageOfSubject } from '../../kernel/ledger/ledger.ts';
import { json, list, optional, record, string } from '../../kernel/parse.ts';
import type { Surroundings } from '../../kernel/subgraph.ts';

/** The access ledger, and the clock by which its entries grow old. */
export interface Upstream extends AccessLedger {
  readonly now: () => number;
}

export const connect = async ({ accessLedger, clock }: Surroundings): Promise<Upstream> => ({
  ...(await accessLedger()),
  now: clock.now,
});

/** What an entry says. An event that is no access may leave everything out. */
export type EntryFacts = ReturnType<typeof factsOf>;

/** Reads an entry's text, which the gateway or a command has written. @throws UPSTREAM_INVALID */
export function factsOf({ text }: Pick<LedgerEntry, 'text'>) {
  const facts = json(record)(text, 'entry');
  const told = (name: string): string | null => optional(facts, name, string);
  const codes = (name: string): readonly string[] => optional(facts, name, list(string)) ?? [];
  return {
    event: told('event') ?? ACCESS,
    actor: told('actor'),
    onBehalfOf: told('onBehalfOf'),
    kind: told('kind'),
    department: told('department'),
    purpose: told('purpose'),
    legalBasis: told('legalBasis'),
    itemCode: told('itemCode'),
    caseNumber: told('caseNumber'),
    operationName: told('operationName'),
    request: told('request'),
    ...{ shown: codes('shown'), masked: codes('masked'), denied: codes('denied'), systems: codes('systems') },
  };
}

/** @throws LEDGER_UNAVAILABLE when it cannot be read. */
export const pageOf = ({ ledger }: Upstream, subject: string, page: PageOfSubject): Promise<LedgerPage> =>
  readable(ledger.ofSubject(subject, page));

/** What of the ledger fails, fails as the ledger. */
export async function readable<T>(reading: Promise<T>): Promise<T> {
  try {
    return await reading;
  } catch (thrown) {
    const error = toServiceError(thrown);
    if (error.code !== 'INTERNAL') throw error;
    throw new ServiceError('LEDGER_UNAVAILABLE', 'The access ledger cannot be read now.', { cause: thrown });
  }
}
