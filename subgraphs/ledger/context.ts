import { batched, type Batched } from '../../kernel/batched.ts';
import { cursorOf, type Connection } from '../../kernel/connection.ts';
import type { RequestContext } from '../../kernel/context.ts';
import { toServiceError } from '../../kernel/errors.ts';
import type { LedgerEntry } from '../../kernel/ledger/ledger.ts';
import type { Words } from '../../kernel/ledger/words.ts';
import { ownPage, proofsOf, recordOf, type AccessRecord, type InclusionProof, type SubjectPage } from './datasource.ts';
import { pageOf, type EntryFacts, type Upstream } from './upstream.ts';

export type AccessRecordModel = AccessRecord;
export type AccessRecordConnectionModel = Connection<AccessRecord>;
export type AccessActorModel = EntryFacts;
export type AccessTermModel = Words & { readonly code: string };
export type AccessProofModel = InclusionProof;

export interface Context {
  /** What the caller is called where he is the actor of an entry. */
  readonly ownName: string | null;
  /** One reading for each page: nobody has more than his own and his organisation's. */
  readonly records: Batched<SubjectPage, AccessRecordConnectionModel>;
  /** All proofs of an answer together, under one checkpoint. */
  readonly proofs: Batched<LedgerEntry, InclusionProof>;
}

const MAXIMUM_PAGES = 10;
/** As many proofs as an answer can hold. */
const MAXIMUM_PROOFS = 10_000;

export const createContext = (request: RequestContext, upstream: Upstream): Context => ({
  ownName: request.caller && upstream.ledger.pseudonymOf(request.caller.actor),
  records: batched<SubjectPage, AccessRecordConnectionModel>({
    max: MAXIMUM_PAGES,
    key: (page) => JSON.stringify(page),
    fetch: (pages) => Promise.all(pages.map((page) => connection(request, upstream, page).catch(toServiceError))),
  }),
  proofs: batched<LedgerEntry, InclusionProof>({
    max: MAXIMUM_PROOFS,
    key: ({ sequence }) => String(sequence),
    fetch: (entries) => proofsOf(upstream, entries),
  }),
});

async function connection(request: RequestContext, upstream: Upstream, page: SubjectPage): Promise<AccessRecordConnectionModel> {
  const { entries, totalCount, hasMore } = await pageOf(upstream, page.subject, ownPage(request, page));
  const last = entries.at(-1);
  return {
    nodes: entries.map(recordOf),
    totalCount,
    pageInfo: { hasNextPage: hasMore, endCursor: last ? cursorOf(last.sequence) : null },
  };
}
