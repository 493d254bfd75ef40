import { ServiceError } from './errors.ts';

export interface Connection<Node> {
  readonly nodes: readonly Node[];
  readonly totalCount: number;
  readonly pageInfo: { readonly hasNextPage: boolean; readonly endCursor: string | null };
}

export interface PageArguments {
  readonly first?: number | null;
  readonly after?: string | null;
}

const MAXIMUM = 100;
/** Items of a page when nobody says how many. */
export const DEFAULT_PAGE_SIZE = 20;

/**
 * One page of a list that is known as a whole.
 *
 * @throws BAD_USER_INPUT when `first` is not within 1 and 100 or `after` is no cursor of this graph.
 */
export function connectionOf<Node>(all: readonly Node[], { first, after }: PageArguments): Connection<Node> {
  const size = pageSize(first);
  const start = after === undefined || after === null ? 0 : positionOf(after) + 1;
  const nodes = all.slice(start, start + size);
  return {
    nodes,
    totalCount: all.length,
    pageInfo: { hasNextPage: start + size < all.length, endCursor: nodes.length > 0 ? cursorOf(start + nodes.length - 1) : null },
  };
}

/** The asked page size, `DEFAULT_PAGE_SIZE` when absent. */
export function pageSize(first: number | null | undefined): number {
  const size = first ?? DEFAULT_PAGE_SIZE;
  if (!Number.isInteger(size) || size < 1 || size > MAXIMUM)
    throw new ServiceError('BAD_USER_INPUT', `Argument first must be from 1 to ${MAXIMUM}.`);
  return size;
}

export const cursorOf = (position: number): string => Buffer.from(`p${position}`).toString('base64url');

/** @throws BAD_USER_INPUT */
export function positionOf(cursor: string): number {
  const match = /^p(\d{1,15})$/.exec(Buffer.from(cursor, 'base64url').toString());
  if (!match) throw new ServiceError('BAD_USER_INPUT', 'Argument after must be a cursor that this list gave.');
  return Number(match[1]);
}
