import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { fromCgcs2000, isInChina, lonLatText, metresBetween, pointOf, toCgcs2000 } from './coordinates.ts';

const SHIFTED = ['GCJ02', 'BD09'] as const;

describe('the shift of commercial maps', () => {
  // Positions that public implementations of the shift print as their examples.
  test.each([
    { crs: 'GCJ02' as const, from: { lon: 116.404, lat: 39.915 }, to: { lon: 116.410244499, lat: 39.916404282 } },
    {
      crs: 'BD09' as const,
      from: toCgcs2000({ lon: 116.404, lat: 39.915 }, 'GCJ02'),
      to: { lon: 116.41036949, lat: 39.92133699 },
    },
  ])('to $crs is the known one', ({ crs, from, to }) => {
    expect(metresBetween(fromCgcs2000(from, crs), to)).toBeLessThan(0.1);
  });

  test.each(SHIFTED)('of %s there and back ends within a metre, anywhere in the country', (crs) => {
    const point = fc.record({
      lon: fc.double({ min: 73.5, max: 135, noNaN: true }),
      lat: fc.double({ min: 18, max: 53.5, noNaN: true }),
    });
    fc.assert(fc.property(point, (source) => metresBetween(toCgcs2000(fromCgcs2000(source, crs), crs), source) < 1));
  });

  test.each(SHIFTED)('of %s moves a point of Meijiang by hundreds of metres', (crs) => {
    const source = { lon: 116.1, lat: 24.3 };
    expect(metresBetween(fromCgcs2000(source, crs), source)).toBeGreaterThan(300);
    expect(fromCgcs2000(source, 'CGCS2000')).toEqual(source);
  });
});

test('a degree is 111 km along the meridian and less along the parallel', () => {
  expect(metresBetween({ lon: 116, lat: 24 }, { lon: 116, lat: 25 })).toBeCloseTo(111_195, -1);
  expect(metresBetween({ lon: 116, lat: 24.3 }, { lon: 117, lat: 24.3 })).toBeCloseTo(101_343, -1);
});

describe('a position', () => {
  test.each([
    { form: 'numbers', parse: () => pointOf(116.1, 24.3, 'here') },
    { form: 'text', parse: () => pointOf('116.1', '24.3', 'here') },
    { form: 'one text', parse: () => lonLatText('116.1,24.3', 'here') },
  ])('is read from $form', ({ parse }) => {
    expect(parse()).toEqual({ lon: 116.1, lat: 24.3 });
  });

  test.each([
    { why: 'its axes are swapped', parse: () => pointOf(24.3, 116.1, 'here') },
    { why: 'it is no number', parse: () => pointOf('x', 24.3, 'here') },
    { why: 'a part is missing', parse: () => lonLatText('116.1', 'here') },
    { why: 'there is a part too many', parse: () => lonLatText('116.1,24.3,5', 'here') },
    { why: 'it is no text', parse: () => lonLatText([116.1, 24.3], 'here') },
  ])('is refused when $why', ({ parse }) => {
    expect(parse).toThrow(expect.objectContaining({ code: 'UPSTREAM_INVALID' }));
  });

  test('belongs to China or does not', () => {
    expect([isInChina({ lon: 116.1, lat: 24.3 }), isInChina({ lon: -0.1, lat: 51.5 })]).toEqual([true, false]);
  });
});
