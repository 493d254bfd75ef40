import { batched, type Batched } from '../../kernel/batched.ts';
import { cursorOf, type Connection, type PageArguments } from '../../kernel/connection.ts';
import type { RequestContext } from '../../kernel/context.ts';
import { isServiceError, toServiceError, type ServiceError } from '../../kernel/errors.ts';
import type { EventStream } from '../../kernel/events.ts';
import { subjectKeyOf } from '../../kernel/standards/certificate.ts';
import {
  absentCase,
  askableNumber,
  caseFor,
  changesOf,
  listOfOwner,
  workList,
  type CaseView,
  type OwnerList,
} from './datasource.ts';
import { MAXIMUM_KEYS, MAXIMUM_LISTED, type CasePage, type CasesUpstream } from './upstream.ts';
import type { FoldedCase } from './upstream/fold.ts';
import type { PageBounds } from './upstream/statements.ts';

export type CaseModel = CaseView;
export type CaseConnectionModel = Connection<CaseModel | ServiceError> & { readonly subjectKeys: string[] };

/** A page of the cases of one person (`personKey`) or organisation (`uscc`). */
export interface OwnerPage extends PageArguments {
  readonly personKey?: string;
  readonly uscc?: string;
}

/** A page of the work list of a staff member, or of the caller when nobody is named. */
export interface WorkPage extends PageArguments {
  readonly staffId?: string;
}

export interface Context {
  readonly request: RequestContext;
  /** By number; 500 a call. */
  readonly cases: Batched<string, CaseModel | null>;
  /** The case that a case repeats, if it repeats one. */
  readonly previousCases: Batched<CaseModel, CaseModel | null>;
  /** As many owners a call as have at most 1,000 cases on their pages together. */
  readonly casesOfOwners: Batched<OwnerPage, CaseConnectionModel>;
  /** One call a page: nobody may ask for another department's. */
  readonly workLists: Batched<WorkPage, CaseConnectionModel>;
  /** Changes of a case, for as long as somebody listens. */
  readonly changes: (id: string) => Promise<EventStream<FoldedCase>>;
  /** A changed case as the caller may see it. @throws FORBIDDEN when he may no longer. */
  readonly changed: (found: FoldedCase) => CaseModel;
}

export function createContext(request: RequestContext, upstream: CasesUpstream): Context {
  const today = upstream.today();
  const view = (found: FoldedCase | ServiceError): CaseModel | ServiceError =>
    isServiceError(found) ? found : slot(() => caseFor(request, found, today));

  const connection = ({ total, cases }: CasePage, { offset }: PageBounds, subjectKeys: string[]): CaseConnectionModel => ({
    subjectKeys,
    nodes: cases.map(view),
    totalCount: total,
    pageInfo: {
      hasNextPage: offset + cases.length < total,
      endCursor: cases.length > 0 ? cursorOf(offset + cases.length - 1) : null,
    },
  });

  const pagesOfOwners = async (lists: readonly OwnerList[]): Promise<(CaseConnectionModel | ServiceError)[]> => {
    const pages = await Promise.all(
      statementsOf(lists).map(async (asked) => {
        const { reader, page } = asked[0] as OwnerList; // a statement has at least one owner
        const found = await upstream.ofOwners(request, asked, reader, page).catch(toServiceError);
        return asked.map(
          (list, index) =>
            [
              list,
              isServiceError(found) ? found : connection(found[index] as CasePage, page, [subjectKeyOf(list.certificate)]),
            ] as const,
        );
      }),
    );
    const byList = new Map(pages.flat());
    return lists.map((list) => byList.get(list) as CaseConnectionModel | ServiceError);
  };

  const cases = batched<string, CaseModel | null>({
    max: MAXIMUM_KEYS,
    fetch: (numbers) =>
      inSlots(
        numbers,
        (number) => askableNumber(request, number),
        async (askable) => {
          const found = await upstream.byNumber(request, askable);
          return askable.map((number, index) => {
            const one = found[index] ?? null;
            return one === null ? slot(() => absentCase(request, number)) : view(one);
          });
        },
      ),
  });

  return {
    request,
    cases,
    changes: (id) => changesOf(upstream, request, id),
    changed: (found) => caseFor(request, found, today),
    previousCases: batched<CaseModel, CaseModel | null>({
      max: MAXIMUM_KEYS,
      key: ({ id }) => id,
      fetch: (repeats) =>
        Promise.all(
          repeats.map(async ({ previousNumber }) =>
            previousNumber === null ? null : cases.load(previousNumber).catch(toServiceError),
          ),
        ),
    }),
    casesOfOwners: batched<OwnerPage, CaseConnectionModel>({
      max: MAXIMUM_KEYS,
      key: (page) => JSON.stringify(page),
      fetch: (pages) => inSlots(pages, (page) => listOfOwner(request, page), pagesOfOwners),
    }),
    workLists: batched<WorkPage, CaseConnectionModel>({
      max: MAXIMUM_KEYS,
      key: (page) => JSON.stringify(page),
      fetch: (pages) =>
        inSlots(
          pages,
          (page) => workList(request, page),
          (lists) =>
            Promise.all(
              lists.map(({ department, page }) =>
                upstream.toHandle(request, department, page).then((found) => connection(found, page, []), toServiceError),
              ),
            ),
        ),
    }),
  };
}

/** Lists that one statement can answer: the same page, and not too many cases together. */
function statementsOf(lists: readonly OwnerList[]): OwnerList[][] {
  const byPage = Object.values(Object.groupBy(lists, ({ page }) => `${page.offset} ${page.size}`)) as OwnerList[][]; // never undefined
  return byPage.flatMap((same) => {
    const owners = Math.floor(MAXIMUM_LISTED / (same[0] as OwnerList).page.size);
    return Array.from({ length: Math.ceil(same.length / owners) }, (_, index) =>
      same.slice(index * owners, (index + 1) * owners),
    );
  });
}

/** Asks for those keys that may be asked for; each of the others is an error in its slot. */
async function inSlots<Key, Askable, Value>(
  keys: readonly Key[],
  check: (key: Key) => Askable,
  ask: (askable: readonly Askable[]) => Promise<readonly (Value | ServiceError)[]>,
): Promise<(Value | ServiceError)[]> {
  const checked = keys.map((key) => slot(() => ({ askable: check(key) })));
  const askable = checked.flatMap((one) => (isServiceError(one) ? [] : [one.askable]));
  const answers = (askable.length > 0 ? await ask(askable) : []).values();
  return checked.map((one) => (isServiceError(one) ? one : (answers.next().value as Value | ServiceError))); // one answer for each
}

/** The value, or the error that making it threw. */
function slot<Value>(make: () => Value): Value | ServiceError {
  try {
    return make();
  } catch (thrown) {
    return toServiceError(thrown);
  }
}
