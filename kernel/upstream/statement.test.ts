import { expect, test } from '@jest/globals';
import { sql } from 'kysely';
import { statement } from './statement.ts';

const namesOf = statement<{ readonly codes: readonly string[]; readonly most: number }>(
  (value) => sql`select name from ${sql.table('code')} where code = any(${value(({ codes }) => codes)}::text[])
    limit ${value(({ most }) => most)}`,
);

test('a statement has one text, and the values of each question in the order of their places', () => {
  const [one, other] = [namesOf({ codes: ['a', 'b'], most: 2 }), namesOf({ codes: [], most: 9 })];
  expect(one.sql).toContain('from "code" where code = any($1::text[])');
  expect(other.sql).toBe(one.sql);
  expect([one.parameters, other.parameters]).toEqual([
    [['a', 'b'], 2],
    [[], 9],
  ]);
});
