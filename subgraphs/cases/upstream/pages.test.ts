import { expect, test } from '@jest/globals';
import { systemClock } from '../../../kernel/clock.ts';
import { isServiceError } from '../../../kernel/errors.ts';
import { createEvents } from '../../../kernel/events.ts';
import { silentLog } from '../../../kernel/log.ts';
import { requestOf } from '../../../kernel/sandbox/harness.ts';
import { PEOPLE } from '../../../kernel/sandbox/population/people.ts';
import { STORY_CASES } from '../../../kernel/sandbox/population/stories.ts';
import type { Surroundings } from '../../../kernel/subgraph.ts';
import { storyRows } from '../sandbox/stories.ts';
import { createUpstream } from '../upstream.ts';

const { number } = STORY_CASES.realEstate;
const owner = ({ certificateType: type, certificateNumber }: typeof PEOPLE.wife) => ({
  certificate: { type, number: certificateNumber },
  isRestricted: false,
});

/** A database that puts one and the same case on everybody's page. */
const oneCaseForAll = (name: string): Surroundings['database'] =>
  (() => ({
    query: async (_request: unknown, _facts: unknown, _query: unknown, parse: (rows: unknown, place: string) => unknown) =>
      parse(
        [
          { table: 'TOTAL', row: { owner: name, total: 1 } },
          { table: 'PLACE', row: { owner: name, number, place: 1 } },
          ...storyRows()
            .filter(({ columns }) => columns['SBLSH'] === number)
            .map(({ table, columns }) => ({ table, row: columns })),
        ],
        'rows',
      ),
  })) as unknown as Surroundings['database']; // only `query` is used

const upstreamWith = (name: string) =>
  createUpstream({
    clock: systemClock,
    log: silentLog,
    credentials: () => ({}),
    database: oneCaseForAll(name),
    events: createEvents,
  } as unknown as Surroundings); // the client needs no more of them

const page = { offset: 0, size: 20 };
const reader = { department: null, caseNumber: null };
const codeOf = (found: unknown) => (isServiceError(found) ? found.code : 'CASE');

test.each([
  { who: PEOPLE.citizenL2, code: 'CASE' },
  { who: PEOPLE.wife, code: 'UPSTREAM_MISMATCH' },
])('the case on the page of $who.name: $code', async ({ who, code }) => {
  const { cases } = (await upstreamWith(who.personKey).ofOwners(requestOf(), [owner(who)], reader, page))[0] ?? { cases: [] };
  expect(cases.map(codeOf)).toEqual([code]);
});

test.each([
  { department: 'X00001038', code: 'CASE' },
  { department: 'X00001046', code: 'UPSTREAM_MISMATCH' },
])('the case on the work list of $department: $code', async ({ department, code }) => {
  const { cases } = await upstreamWith(department).toHandle(requestOf(), department, page);
  expect(cases.map(codeOf)).toEqual([code]);
});
