import { field, integer, unexpected, type Parse } from '../../../kernel/parse.ts';
import { ServiceError } from '../../../kernel/errors.ts';
import { requireSame, SYSTEM } from './envelope.ts';

/** Where a page stands in its list. */
export interface PageInfo {
  /** From 1. */
  readonly page: number;
  readonly pageSize: number;
  /** Rows of the whole list. */
  readonly total: number;
}

/** More pages than this are not asked for; the longest list, by tens, has fewer than 200. */
const MAXIMUM_PAGES = 1_000;

/** `PAGEINFO`: numbers, which the old paths write as texts. */
export const pageInfo: Parse<PageInfo> = (value, place) => {
  const info = {
    page: field(value, 'CURRENTPAGEINDEX', integer, place),
    pageSize: field(value, 'PAGESIZE', integer, place),
    total: field(value, 'TOTALNUM', integer, place),
  };
  return info.pageSize >= 1 && info.total / info.pageSize <= MAXIMUM_PAGES
    ? info
    : unexpected(place, 'a list of bearable length');
};

/**
 * All pages of a list, one after the other; how many rows a page has is what the portal says, not what was asked for.
 *
 * @throws UPSTREAM_MISMATCH when another page than asked comes back; UPSTREAM_INVALID when the pages do not add up, as when the list
 *   changed meanwhile.
 */
export async function allPages<Page extends PageInfo & { readonly rows: number }>(
  ask: (page: number) => Promise<Page>,
): Promise<readonly Page[]> {
  const first = await ask(1);
  const pages = [first];
  for (let page = 2; (page - 1) * first.pageSize < first.total; page += 1) pages.push(await ask(page));
  for (const [index, { page }] of pages.entries()) requireSame(String(index + 1), String(page));
  const rows = pages.reduce((sum, page) => sum + page.rows, 0);
  if (rows === first.total) return pages;
  throw new ServiceError('UPSTREAM_INVALID', `The system ${SYSTEM} gave a list whose pages do not add up.`, {
    system: SYSTEM,
    cause: new Error(`${rows} rows of ${first.total}`),
  });
}
