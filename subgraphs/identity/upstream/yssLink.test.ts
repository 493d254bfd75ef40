import { createCipheriv } from 'node:crypto';
import { describe, expect, test } from '@jest/globals';
import { nonceMemory } from '../../../kernel/signing/nonceMemory.ts';
import { openLink } from './yssLink.ts';

const KEY = 'agreed-key-16-ch';
const NOW_MS = Date.UTC(2024, 5, 1);
const USER = {
  uid: 'gd1',
  name: '欧阳小明',
  cid: '44140218800101002X',
  ctype: '10',
  level: 'L2',
  mobile: '19900001042',
  timestamp: NOW_MS - 60_000,
};

const seal = (content: unknown, key = KEY): string => {
  const cipher = createCipheriv(`aes-${key.length * 8}-ecb`, key, null);
  return Buffer.concat([cipher.update(typeof content === 'string' ? content : JSON.stringify(content)), cipher.final()]).toString(
    'hex',
  );
};

const fresh = () => nonceMemory({ windowMs: 600_000, maximum: 100, now: () => NOW_MS });
const open = (link: string, key = KEY) => openLink(link, { key, nowMs: NOW_MS, seenLink: fresh() });

describe('a link of the mini-program', () => {
  test.each([16, 24, 32])('is opened with a key of %s characters, and says no more than needed', (length) => {
    const key = KEY.repeat(2).slice(0, length);
    expect(open(seal(USER, key), key)).toEqual({ subjectId: 'gd1', maskedName: '欧阳**', assurance: 'L2' });
  });

  test.each([
    { what: 'in capitals', link: seal(USER).toUpperCase() },
    { what: 'without a certificate', link: seal({ ...USER, cid: 'null' }) },
    { what: 'with its time as text', link: seal({ ...USER, timestamp: String(USER.timestamp) }) },
  ])('may be $what', ({ link }) => {
    expect(open(link)).toMatchObject({ subjectId: 'gd1' });
  });

  test.each([
    { what: 'with another key', link: seal(USER, 'another-key-16-c') },
    { what: 'that is no hex', link: 'not hex at all!!' },
    { what: 'that is cut off', link: seal(USER).slice(0, -2) },
    { what: 'that is empty', link: '' },
    { what: 'that is no JSON', link: seal('hello') },
    { what: 'that is no object', link: seal('[]') },
    { what: 'without a user', link: seal({ ...USER, uid: null }) },
    { what: 'without a time', link: seal({ ...USER, timestamp: undefined }) },
    { what: 'older than five minutes', link: seal({ ...USER, timestamp: NOW_MS - 300_001 }) },
    { what: 'from the future', link: seal({ ...USER, timestamp: NOW_MS + 300_001 }) },
    { what: 'with a certificate whose check is wrong', link: seal({ ...USER, cid: '441402188001010012' }) },
    { what: 'of a level nobody knows', link: seal({ ...USER, level: 'L7' }) },
  ])('$what is none', ({ link }) => {
    expect(open(link)).toBeNull();
  });

  test('is opened once', () => {
    const seenLink = fresh();
    const link = seal(USER);
    expect(openLink(link, { key: KEY, nowMs: NOW_MS, seenLink })).not.toBeNull();
    expect(openLink(link, { key: KEY, nowMs: NOW_MS, seenLink })).toBeNull();
  });

  test('is refused at the start when the agreed key cannot be one', () => {
    expect(() => open(seal(USER), 'too short')).toThrow();
  });
});
