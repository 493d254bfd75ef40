import { describe, expect, test } from '@jest/globals';
import { dailyQuota } from './dailyQuota.ts';

describe('the quota of a day', () => {
  const AN_HOUR_BEFORE_MIDNIGHT = Date.parse('2024-05-01T23:00:00+08:00');

  test('is spent call by call, and the next comes at midnight in Beijing', () => {
    const spend = dailyQuota({ system: 'toy', calls: 2 });
    spend(AN_HOUR_BEFORE_MIDNIGHT);
    spend(AN_HOUR_BEFORE_MIDNIGHT);
    const refused = { code: 'RATE_LIMITED', extensions: { code: 'RATE_LIMITED', system: 'toy', retryAfter: 3_600 } };
    expect(() => spend(AN_HOUR_BEFORE_MIDNIGHT)).toThrow(expect.objectContaining(refused));
    expect(() => spend(AN_HOUR_BEFORE_MIDNIGHT + 3_599_999)).toThrow(expect.objectContaining({ code: 'RATE_LIMITED' }));
    expect(() => spend(AN_HOUR_BEFORE_MIDNIGHT + 3_600_000)).not.toThrow();
  });
});
