import { describe, expect, test } from '@jest/globals';
import { dateOfDay, dayNumber } from './calendar.ts';

describe('a day of the calendar', () => {
  test.each([
    { date: '1970-01-01', day: 0 },
    { date: '1969-12-31', day: -1 },
    { date: '2024-02-29', day: 19_782 },
    { date: '2000-02-29', day: 11_016 },
    { date: '0000-02-29', day: -719_469 },
    { date: '9999-12-31', day: 2_932_896 },
  ])('$date is day $day', ({ date, day }) => {
    expect(dayNumber(date)).toBe(day);
    expect(dateOfDay(day)).toBe(date);
  });

  test.each([
    '2023-02-29',
    '1900-02-29',
    '2024-13-01',
    '2024-00-10',
    '2024-04-31',
    '2024-1-1',
    '2024-01-01T00:00:00',
    '20240101',
    '',
  ])('"%s" is none', (date) => expect(dayNumber(date)).toBeNull());
});

test('every day of a thousand years is the one that Date says', () => {
  const wrong: string[] = [];
  for (let day = -200_000; day < 200_000; day += 1) {
    const date = new Date(day * 86_400_000).toISOString().slice(0, 10);
    if (dateOfDay(day) !== date || dayNumber(date) !== day) wrong.push(date);
  }
  expect(wrong).toEqual([]);
});
