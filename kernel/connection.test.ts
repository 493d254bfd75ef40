import { describe, expect, test } from '@jest/globals';
import { connectionOf } from './connection.ts';

const LETTERS = 'abcdefghij'.split('');

describe('a connection', () => {
  test('walks the whole list page by page, each item once', () => {
    const seen: string[] = [];
    let after: string | null = null;
    do {
      const page: ReturnType<typeof connectionOf<string>> = connectionOf(LETTERS, { first: 4, after });
      seen.push(...page.nodes);
      after = page.pageInfo.hasNextPage ? page.pageInfo.endCursor : null;
    } while (after);
    expect(seen).toEqual(LETTERS);
  });

  test('of an empty list has no cursor', () => {
    expect(connectionOf([], {})).toEqual({ nodes: [], totalCount: 0, pageInfo: { hasNextPage: false, endCursor: null } });
  });

  test.each([{ first: 0 }, { first: 101 }, { first: -1 }, { first: 1.5 }, { after: 'x' }, { after: '' }])(
    'refuses %o',
    (page) => {
      expect(() => connectionOf(LETTERS, page)).toThrow(expect.objectContaining({ code: 'BAD_USER_INPUT' }));
    },
  );
});
