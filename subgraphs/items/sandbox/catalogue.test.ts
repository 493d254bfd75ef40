import { describe, expect, test } from '@jest/globals';
import { STORY_ITEMS } from '../../../kernel/sandbox/population/stories.ts';
import { isValidItemCode, parseItemCode } from '../../../kernel/standards/itemCode.ts';
import { districtItems, PLAN_FIGURES } from './catalogue.ts';
import { auditItemOf, type AuditItem } from './guide.ts';
import { materialsOf } from './materials.ts';
import { TOWNS } from './towns.ts';

const items = districtItems();

describe('the simulated district', () => {
  test.each([
    { figure: 'total', count: items.length },
    { figure: 'online', count: items.filter(({ online }) => online).length },
    { figure: 'once', count: items.filter(({ visits }) => visits <= 1).length },
    { figure: 'immediate', count: items.filter(({ immediate }) => immediate).length },
    { figure: 'nearby', count: items.filter(({ towns, villages }) => towns.length + villages.length > 0).length },
  ] as const)('has the figure of the plan: $figure', ({ figure, count }) => {
    expect(count).toBe(PLAN_FIGURES[figure]);
  });

  test('has a valid code of 31 characters for each item, and no code twice', () => {
    expect(items.filter(({ code }) => code.length !== 31 || !isValidItemCode(code))).toEqual([]);
    expect(new Set(items.map(({ code }) => code)).size).toBe(items.length);
    expect(isValidItemCode(`${items[0]?.code.slice(0, 17)}?`)).toBe(false);
  });

  test('writes department, level and type of an item into its code', () => {
    const levels = { COUNTY: '4', TOWN: '5', VILLAGE: '6' } as const;
    for (const { code, owner, level, type } of items) {
      const parts = parseItemCode(code);
      expect(parts).toMatchObject({ department: owner.uscc, type });
      expect(levels[parts?.level as keyof typeof levels]).toBe(level);
    }
  });

  test('has business items of 33 characters below some items', () => {
    const below = items.flatMap(({ code, businessItems }) =>
      businessItems.map((business) => ({ parent: code, code: business.code })),
    );
    expect(below).toHaveLength(96);
    expect(
      below.filter(({ parent, code }) => code.length !== 33 || code.slice(0, 31) !== parent || !isValidItemCode(code)),
    ).toEqual([]);
  });

  test('has no name twice within a department', () => {
    expect(new Set(items.map(({ owner, name }) => `${owner.code} ${name}`)).size).toBe(items.length);
  });

  test.each(Object.values(STORY_ITEMS))('has the item of the stories: $name', ({ code, name, department }) => {
    expect(items.filter((item) => item.code === code)).toMatchObject([{ name, owner: { code: department.code } }]);
  });

  test('spreads over departments, towns and villages as a district does', () => {
    const of = (name: string) => items.filter(({ owner }) => owner.name === name).length;
    expect(of('梅江区市场监督管理局')).toBeGreaterThan(of('梅江区林业局'));
    expect(of('梅江区林业局')).toBeGreaterThan(of('梅江区档案馆'));
    for (const { office } of TOWNS) expect(of(office.name)).toBe(78);
    expect(TOWNS.flatMap(({ villages }) => villages)).toHaveLength(129);
  });

  test('is the same at every start', () => {
    expect(districtItems()).toEqual(items);
  });
});

describe('the guides keep the rules of the editors', () => {
  const endsWithout = (ending: string, kind: string) => (guide: AuditItem) =>
    guide['RESULT_NAME']?.endsWith(ending) === true && guide['RESULT_TYPE'] !== kind;
  const guides = items.map((item) => ({ item, guide: auditItemOf(item, item, 'strict') }));

  test.each([
    {
      rule: 'whoever must come is told why',
      broken: (guide: AuditItem) => guide['LIMIT_SCENE_NUM'] !== '0' && !guide['LIMIT_SCENE_EXPLAIN'],
    },
    {
      rule: 'without visit and not on-line it is by courier',
      broken: (guide: AuditItem) =>
        guide['LIMIT_SCENE_NUM'] === '0' && guide['IS_ONLINE'] === '0' && !guide['HANDLE_TYPE']?.includes('3'),
    },
    { rule: 'a result that ends in 证 is a certificate', broken: endsWithout('证', '出证办结') },
    { rule: 'a result that ends in 文 is a document', broken: endsWithout('文', '出文办结') },
    { rule: 'a result that ends in 批复 is an approval', broken: endsWithout('批复', '审批办结') },
    {
      rule: 'the promise is not longer than the law allows',
      broken: (guide: AuditItem) => Number(guide['PROMISE_DAY']) > Number(guide['ANTICIPATE_DAY']),
    },
  ])('$rule', ({ broken }) => {
    expect(guides.filter(({ guide }) => broken(guide)).map(({ item }) => item.name)).toEqual([]);
  });

  test('every item wants two to six materials, each with an id of its own', () => {
    for (const item of items) {
      const materials = materialsOf(item, item.code, 'real-life');
      expect(materials.length).toBeGreaterThanOrEqual(2);
      expect(materials.length).toBeLessThanOrEqual(6);
      expect(new Set(materials.map((material) => material['ROWGUID'])).size).toBe(materials.length);
    }
  });
});
