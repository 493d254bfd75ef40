import { describe, expect, test } from '@jest/globals';
import { fenFromYuan, yuanFromFen } from './money.ts';

describe('an amount in yuan', () => {
  test.each([
    { yuan: '0.00', fen: 0 },
    { yuan: '0', fen: 0 },
    { yuan: '-0.00', fen: 0 },
    { yuan: '0.01', fen: 1 },
    { yuan: '0.1', fen: 10 },
    { yuan: '12', fen: 1200 },
    { yuan: '12.5', fen: 1250 },
    { yuan: '1.15', fen: 115 }, // 114.99999999999999 by floating point
    { yuan: '4.35', fen: 435 },
    { yuan: '1,234.50', fen: 123_450 },
    { yuan: '1,234,567', fen: 123_456_700 },
    { yuan: '-3.20', fen: -320 },
    { yuan: '90071992547409.91', fen: Number.MAX_SAFE_INTEGER },
    { yuan: '90071992547409.92', fen: null },
    { yuan: '-90071992547409.92', fen: null },
    { yuan: '9'.repeat(400), fen: null },
    { yuan: '1.005', fen: null },
    { yuan: '1.', fen: null },
    { yuan: '.5', fen: null },
    { yuan: '1,23', fen: null },
    { yuan: '1e3', fen: null },
    { yuan: '+1', fen: null },
    { yuan: '1.00 ', fen: null },
    { yuan: '１.00', fen: null },
    { yuan: '--', fen: null },
    { yuan: '', fen: null },
  ])('$yuan is $fen fen', ({ yuan, fen }) => expect(fenFromYuan(yuan)).toBe(fen));
});

describe('an amount in fen', () => {
  test.each([
    { fen: 0, yuan: '0.00' },
    { fen: -0, yuan: '0.00' },
    { fen: 5, yuan: '0.05' },
    { fen: -5, yuan: '-0.05' },
    { fen: 123_450, yuan: '1234.50' },
    { fen: Number.MAX_SAFE_INTEGER, yuan: '90071992547409.91' },
    { fen: Number.MIN_SAFE_INTEGER, yuan: '-90071992547409.91' },
  ])('$fen is $yuan yuan and comes back', ({ fen, yuan }) => {
    expect(yuanFromFen(fen)).toBe(yuan);
    expect(fenFromYuan(yuan)).toBe(fen + 0);
  });

  test.each([0.5, 2 ** 53, Number.NaN, Number.POSITIVE_INFINITY])('%d fen are a mistake', (fen) => {
    expect(() => yuanFromFen(fen)).toThrow(RangeError);
  });
});
