import { describe, expect, test } from '@jest/globals';
import { openRotatingSecret, sealRotatingSecret } from './rotatingSecret.ts';

describe('the rotating secret', () => {
  test.each([
    { algorithm: 'AES-128', key: 'k'.repeat(16) },
    { algorithm: 'AES-192', key: 'k'.repeat(24) },
    { algorithm: 'AES-256', key: 'k'.repeat(32) },
  ])('comes back under an application key of $algorithm', ({ key }) => {
    const sealed = sealRotatingSecret('demo-secret', key);
    expect(Buffer.from(sealed, 'base64')).toHaveLength(16);
    expect(openRotatingSecret(sealed, key)).toBe('demo-secret');
  });

  test.each([
    { what: 'another key', sealed: sealRotatingSecret('demo-secret', 'k'.repeat(16)), key: 'x'.repeat(16) },
    { what: 'half a block', sealed: 'AAAA', key: 'k'.repeat(16) },
    { what: 'no Base64', sealed: '*', key: 'k'.repeat(16) },
    { what: 'nothing', sealed: '', key: 'k'.repeat(16) },
  ])('is null with $what', ({ sealed, key }) => expect(openRotatingSecret(sealed, key)).toBeNull());

  test('wants a key of a length that AES has', () => {
    expect(() => sealRotatingSecret('demo-secret', 'short')).toThrow(RangeError);
    expect(() => openRotatingSecret('AAAA', 'short')).toThrow(RangeError);
  });
});
