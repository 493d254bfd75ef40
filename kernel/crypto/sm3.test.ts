import { describe, expect, test } from '@jest/globals';
import { sm3 } from './sm3.ts';

describe('SM3 gives the digests of GB/T 32905-2016', () => {
  test.each([
    { message: 'abc', digest: '66c7f0f462eeedd9d1f2d46bdc10e4e24167c4875cf2f7a2297da02b8f4ba8e0' },
    { message: 'abcd'.repeat(16), digest: 'debe9ff92275b8a138604889c18e5a4d6fdb70e5387e5765293dcba39c0c5732' },
    { message: '', digest: '1ab21d8355cfa17f8e61194831e81a8f22bec8c728fefb747ed035eb5082aa2b' },
  ])('of "$message"', ({ message, digest }) => {
    expect(sm3(message).toString('hex')).toBe(digest);
    expect(sm3(Buffer.from(message)).toString('hex')).toBe(digest);
  });
});
