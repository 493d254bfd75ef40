import { pageSize, positionOf, type PageArguments } from '../../kernel/connection.ts';
import { holderBasis, requireCaller, type RequestContext } from '../../kernel/context.ts';
import { sm3 } from '../../kernel/crypto/sm3.ts';
import { invariant, ServiceError } from '../../kernel/errors.ts';
import { printedKey, readCheckpoint } from '../../kernel/ledger/checkpoint.ts';
import type { LedgerEntry, PageOfSubject } from '../../kernel/ledger/ledger.ts';
import { inclusionProof } from '../../kernel/ledger/merkle.ts';
import { factsOf, readable, type EntryFacts, type Upstream } from './upstream.ts';

/** A page of the entries about one person (`personKey`) or organisation (`uscc`). */
export interface SubjectPage extends PageArguments {
  readonly subject: string;
}

/** An entry and what it says. */
export interface AccessRecord {
  readonly entry: LedgerEntry;
  readonly facts: EntryFacts;
}

/**
 * Which entries a page shows, after a look at who asks.
 *
 * @throws FORBIDDEN for everybody but the subject himself, whatever his duty: whoever looks is not to see who else looked. As
 *   `holderBasis` for the subject; BAD_USER_INPUT for a page that cannot be.
 */
export function ownPage(request: RequestContext, { subject, first, after }: SubjectPage): PageOfSubject {
  const { personKey, uscc } = requireCaller(request);
  if (subject !== personKey && subject !== uscc) throw new ServiceError('FORBIDDEN', 'There is no such record for this caller.');
  holderBasis(request, subject);
  return { size: pageSize(first), before: after === null || after === undefined ? null : positionOf(after) };
}

export const recordOf = (entry: LedgerEntry): AccessRecord => ({ entry, facts: factsOf(entry) });

/** That an entry stands in the ledger, for whoever has the public keys. */
export interface InclusionProof {
  readonly entry: LedgerEntry;
  readonly treeSize: number;
  readonly auditPath: readonly Buffer[];
  readonly checkpoint: string;
  /** `name=hexadecimal digits` of the signers. */
  readonly keys: readonly string[];
}

/** Proofs of some entries, all under one checkpoint. @throws LEDGER_UNAVAILABLE when none covers them and none can be made. */
export async function proofsOf(
  { ledger, checkpoints, verifiers }: Upstream,
  entries: readonly LedgerEntry[],
): Promise<InclusionProof[]> {
  const newest = Math.max(...entries.map(({ sequence }) => sequence));
  const note = await readable(checkpoints.covering(newest + 1));
  const checkpoint = readCheckpoint(note, verifiers);
  invariant(checkpoint, 'a note that is given out is signed by all');
  const keys = verifiers.map(printedKey);
  return Promise.all(
    entries.map(async (entry) => ({
      ...{ entry, treeSize: checkpoint.size, checkpoint: note, keys },
      auditPath: await readable(inclusionProof(sm3, entry.sequence, checkpoint.size, ledger.hashOf)),
    })),
  );
}
