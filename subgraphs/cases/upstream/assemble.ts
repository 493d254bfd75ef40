import { ServiceError } from '../../../kernel/errors.ts';
import { field, list, nullable, record, string, unexpected, type Parse } from '../../../kernel/parse.ts';
import { withSystem } from '../../../kernel/upstream/decode.ts';
import { foldCase, type FoldedCase } from './fold.ts';
import type { CaseMessage } from './messages.ts';
import { MAXIMUM_ROWS } from './statements.ts';
import { TABLES } from './tables.ts';

/** Name in the catalogue. */
export const SYSTEM = 'cases';

/** One row of whatever table, as the statements give it. */
export interface ExchangeRow {
  readonly table: string;
  readonly row: Readonly<Record<string, unknown>>;
}

/** The answer to any of the statements. */
export const exchangeRows: Parse<readonly ExchangeRow[]> = (value, place) => {
  const rows = list((entry, at) => ({ table: field(entry, 'table', string, at), row: field(entry, 'row', record, at) }))(
    value,
    place,
  );
  const isTooMuch = rows.filter(({ table }) => table in TABLES).length > MAXIMUM_ROWS;
  return isTooMuch ? unexpected(place, `at most ${MAXIMUM_ROWS} rows`) : rows;
};

/** A case that is not the one that was asked for. */
export const mismatch = (): ServiceError =>
  new ServiceError('UPSTREAM_MISMATCH', `The system ${SYSTEM} answered with another case than asked.`, { system: SYSTEM });

/**
 * The cases that rows tell of. A row belongs to a case by its number or, where that is empty, by the short number of the
 * case's application. A case whose rows cannot be read, or that come with rows of another case, is an error of its own.
 *
 * @param asked The numbers that were asked for; a case without rows is not in the answer.
 */
export function assemble(
  asked: ReadonlySet<string>,
  rows: readonly ExchangeRow[],
): ReadonlyMap<string, FoldedCase | ServiceError> {
  const byShort = numbersByShort(rows);
  const messages = new Map<string, CaseMessage[]>();
  const failures = new Map<string, ServiceError>();
  for (const { table, row } of rows) {
    const parse = TABLES[table]?.parse;
    if (!parse) continue; // a place or a total of a page
    const { number, short } = keysOf(row);
    const claimants = byShort.get(short ?? '');
    const owner = number ?? (claimants?.size === 1 ? [...claimants][0] : undefined);
    if (!owner || !asked.has(owner) || (claimants && !claimants.has(owner))) {
      for (const claimant of [...(claimants ?? []), ...(number ? [number] : [])]) failures.set(claimant, mismatch());
      continue;
    }
    try {
      messages.set(owner, [...(messages.get(owner) ?? []), parse(row)]);
    } catch (thrown) {
      failures.set(owner, withSystem(SYSTEM, thrown));
    }
  }
  const folded = [...messages].flatMap(([number, told]) => {
    const found = foldCase(number, told);
    return found ? [[number, found] as const] : [];
  });
  return new Map<string, FoldedCase | ServiceError>([...folded, ...failures]);
}

const keysOf = (row: ExchangeRow['row']) => ({
  number: field(row, 'SBLSH', nullable(string)),
  short: field(row, 'SBLSH_SHORT', nullable(string)),
});

/** Which cases go by a short number; more than one would be a mistake of the platform. */
function numbersByShort(rows: readonly ExchangeRow[]): ReadonlyMap<string, ReadonlySet<string>> {
  const numbers = new Map<string, Set<string>>();
  for (const { table, row } of rows) {
    const { number, short } = keysOf(row);
    if (table !== 'EX_GDBS_SB' || !number || !short) continue;
    numbers.set(short, (numbers.get(short) ?? new Set()).add(number));
  }
  return numbers;
}
