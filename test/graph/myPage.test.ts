import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { at, startTestGraph, type TestGraph } from './client.ts';

let graph: TestGraph;
beforeAll(async () => {
  graph = await startTestGraph();
  await graph.run('MyPage', { as: 'citizen-l2' }); // sessions are opened and the catalogue is loaded
  await graph.quiet(); // the queue of the staff directory is emptied
});
afterAll(() => graph.close());

describe('MyPage', () => {
  test('answers everything about a citizen without an error', async () => {
    const { status, data, errors } = await graph.run('MyPage', { as: 'citizen-l2' });
    expect(errors).toEqual([]);
    expect(status).toBe(200);
    expect(data?.['me']).toMatchObject({
      name: '梁秀梅',
      assurance: 'L2',
      division: { code: '441402006003', path: [{ name: '梅江区' }, { name: '金山街道' }, expect.anything()] },
      cases: { nodes: [{ item: { name: '国有建设用地使用权及房屋所有权转移登记' } }, expect.anything()] },
      paymentNotices: { nodes: [{ amount: 8000, case: { id: '44140220240506000000000000017' } }] },
      actingFor: null,
    });
    expect(at(data, 'me', 'licences', 'totalCount')).toBeGreaterThanOrEqual(4);
  });

  // Counted by hand from the operation: one call per system and page; nothing for what is public and kept (divisions, item catalogue).
  test.each([
    {
      operation: 'MyPage',
      persona: 'citizen-l2',
      calls: { 'base.person': 1, licence: 1, cases: 1, payment: 1 },
    },
    {
      operation: 'MyPage',
      persona: 'collector', // 151 licences are two pages, and so are his notices
      calls: { 'base.person': 1, licence: 2, cases: 1, payment: 2 },
    },
    {
      operation: 'MyOrganization',
      persona: 'company-agent',
      calls: { 'base.organisation': 1, licence: 1, seal: 1, cases: 1, payment: 1 },
    },
  ])('$operation of $persona makes one call per system and page', async ({ operation, persona, calls }) => {
    const { errors } = await graph.run(operation, { as: persona });
    expect(errors).toEqual([]);
    await expect(graph.callsDuring(() => graph.run(operation, { as: persona }))).resolves.toEqual(calls);
  });

  test('of a fresh process touches at least five systems', async () => {
    const fresh = await startTestGraph();
    try {
      const touched = await fresh.callsDuring(() => fresh.run('MyPage', { as: 'citizen-l2' }));
      expect(Object.keys(touched)).toEqual(
        expect.arrayContaining(['identity', 'base.person', 'licence', 'cases', 'payment', 'geo']),
      );
    } finally {
      await fresh.close();
    }
  });

  test.each([
    { system: 'licence', path: ['me', 'licences'] },
    { system: 'cases', path: ['me', 'cases'] },
    { system: 'payment', path: ['me', 'paymentNotices'] },
  ])('without $system has the rest, and the part that is missing with its code, system and path', async ({ system, path }) => {
    await graph.setFault(system, { kind: 'silence' });
    const { data, errors, ms } = await graph.run('MyPage', { as: 'citizen-l2' });
    await graph.setFault(system, null);
    expect(ms).toBeLessThan(6_000);
    expect(errors).toEqual([expect.objectContaining({ path, extensions: { code: 'UPSTREAM_TIMEOUT', system } })]);
    expect(at(data, 'me', 'name')).toBe('梁秀梅');
    expect(at(data, ...path)).toBeNull();
    const again = await graph.run('MyPage', { as: 'citizen-l2' });
    expect(again.errors).toEqual([]);
    expect(at(again.data, ...path)).toEqual(expect.objectContaining({ totalCount: expect.any(Number) }));
  });
});

describe('50 persons', () => {
  const WORK_LIST = `query WorkList @purpose(code: "statutory-duty", itemCode: "11441402X00001038H4440731002000", caseNumber: "44140220240506000000000000017") {
    casesToHandle(first: 50) { nodes { id applicant { person { name licences(first: 5) { totalCount } } } } }
  }`;

  test('cost no more calls than persons divided by the maximum of each system', async () => {
    const first = await graph.ask(WORK_LIST, { as: 'official' });
    expect(first.errors).toEqual([]);
    const persons = (at(first.data, 'casesToHandle', 'nodes') as { applicant: { person: object | null } }[]).filter(
      ({ applicant }) => applicant.person,
    );
    expect(persons.length).toBeGreaterThanOrEqual(50);
    const calls = await graph.callsDuring(() => graph.ask(WORK_LIST, { as: 'official' }));
    expect(calls['base.person']).toBe(1); // 200 a call
    expect(calls['cases']).toBe(1);
    expect(calls['licence']).toBeLessThanOrEqual(2); // 50 a call, 150 licences a page
  });
});
