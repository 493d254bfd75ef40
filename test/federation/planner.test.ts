import { describe, expect, test } from '@jest/globals';
import { createPlanner } from '../../gateway/engine/planner.ts';
import type { QueryPlan } from '../../gateway/engine/plan.ts';
import type { Fixture } from './fixture.ts';
import { supergraphOf } from './harness.ts';

const moving: Fixture = {
  name: 'moving',
  subgraphs: {
    old: { sdl: 'type Query { thing: Thing } type Thing @key(fields: "id") { id: ID! a: Int b: Int c: Int }' },
    new: {
      sdl: `type Thing @key(fields: "id") {
        id: ID! a: Int @override(from: "old", label: "percent(30)") b: Int @override(from: "old", label: "moved-b") c: Int @override(from: "old")
      }`,
    },
  },
  merged: { sdl: 'type Query { thing: Thing } type Thing { id: ID! a: Int b: Int c: Int }' },
  data: () => ({}),
};

const supergraphSdl = supergraphOf(moving);
const asksNew = (plan: QueryPlan): boolean => JSON.stringify(plan).includes('"serviceName":"new"');

describe('a field that moves from one subgraph to another', () => {
  test.each([
    { field: 'a', when: 'the lot is below its share', planner: { draw: () => 29.9 }, moved: true },
    { field: 'a', when: 'the lot is not', planner: { draw: () => 30 }, moved: false },
    { field: 'b', when: 'its label is active', planner: { activeLabels: ['moved-b'] }, moved: true },
    { field: 'b', when: 'another label is', planner: { activeLabels: ['moved-c'] }, moved: false },
    { field: 'c', when: 'it has moved for good', planner: {}, moved: true },
  ])('$field, when $when: $moved', async ({ field, planner, moved }) => {
    const plan = await createPlanner(supergraphSdl, planner).plan(`{ thing { ${field} } }`, undefined);
    expect(asksNew(plan)).toBe(moved);
  });
});

describe('plans are kept', () => {
  test('one for each outcome of the draw', async () => {
    const lots = [10, 20, 90, 95];
    const planner = createPlanner(supergraphSdl, { draw: () => lots.shift() ?? 0 });
    const plans = await Promise.all(['1', '2', '3', '4'].map(() => planner.plan('{ thing { a } }', undefined)));
    expect(plans.map(asksNew)).toEqual([true, true, false, false]);
    expect(plans[1]).toBe(plans[0]);
    expect(plans[3]).toBe(plans[2]);
  });

  test('and no more than the limit: here two short texts', async () => {
    const planner = createPlanner(supergraphSdl, { maxBytes: 80, draw: () => 0 });
    const [a, b] = ['{ thing { c } }', '{ thing { id } }'];
    const first = await planner.plan(a ?? '', undefined);
    await planner.plan(b ?? '', undefined);
    expect(await planner.plan(a ?? '', undefined)).toBe(first);
    await planner.plan('{ thing { b } }', undefined);
    expect(await planner.plan(a ?? '', undefined)).toBe(first);
    await planner.plan('{ thing { a } }', undefined);
    await planner.plan(b ?? '', undefined);
    expect(await planner.plan(a ?? '', undefined)).not.toBe(first);
  });

  test('a refusal too, and many at once get their turn', async () => {
    const planner = createPlanner(supergraphSdl);
    const texts = Array.from({ length: 20 }, (_, i) => (i % 4 === 0 ? '{ nothing }' : `{ _${i}_thing: thing { b } }`));
    const settled = await Promise.allSettled(texts.map((text) => planner.plan(text, undefined)));
    expect(settled.map(({ status }) => status)).toEqual(texts.map((_, i) => (i % 4 === 0 ? 'rejected' : 'fulfilled')));
    await expect(planner.plan('{ nothing }', undefined)).rejects.toThrow();
  });
});
