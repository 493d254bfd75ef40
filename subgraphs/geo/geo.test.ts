import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { batched } from '../../kernel/batched.ts';
import { manualClock, systemClock } from '../../kernel/clock.ts';
import { requestOf, startWithSandbox, type Harness } from '../../kernel/sandbox/harness.ts';
import { launchSandbox } from '../../kernel/sandbox/launch.ts';
import { ALL_ORGANISATIONS } from '../../kernel/sandbox/population/organisations.ts';
import { ALL_PEOPLE, PEOPLE } from '../../kernel/sandbox/population/people.ts';
import type { SandboxReply } from '../../kernel/sandbox/system.ts';
import { openState } from '../../kernel/state.ts';
import { createClient } from '../../kernel/upstream/client.ts';
import { sharedSessionStore } from '../../kernel/upstream/sessionStore.ts';
import type { DivisionModel } from './context.ts';
import subgraph from './index.ts';
import { resolvers } from './resolvers.ts';
import { ADDRESSES, PLACES } from './sandbox/gazetteer.ts';
import { readSeed, TERRITORIES, territory } from './sandbox/territory.ts';
import { BROWSER_KEY } from './sandbox/tianditu.ts';
import { divisionLayer } from './sandbox/wfs.ts';
import { fromCgcs2000, metresBetween } from './upstream/coordinates.ts';
import type { Ring } from './upstream/geometry.ts';
import { connectNationalMap } from './upstream/tianditu.ts';
import { geocode } from './upstream/tiandituAddresses.ts';
import { searchInDivision } from './upstream/tiandituPlaces.ts';

const PROFILES = ['real-life', 'strict'] as const;

let shared: Record<(typeof PROFILES)[number], Harness>;
let harness: Harness;
beforeAll(async () => {
  const [realLife, strict] = await Promise.all(PROFILES.map((profile) => startWithSandbox(subgraph, { profile })));
  if (!realLife || !strict) throw new Error('two profiles, two harnesses');
  shared = { 'real-life': realLife, strict };
  harness = realLife;
});
afterAll(async () => {
  await Promise.all(Object.values(shared).map((each) => each[Symbol.asyncDispose]()));
});

/** The data of an operation that must not fail. */
async function ask<Data>(source: string, variables: Record<string, unknown> = {}, on: Harness = harness): Promise<Data> {
  const { data, errors } = await on.execute(source, variables);
  expect(errors).toBeUndefined();
  return data as Data; // each test names the shape that its own selection has
}

const codesOf = async (source: string, on: Harness = harness): Promise<unknown[]> =>
  ((await on.execute(source)).errors ?? []).map(({ extensions }) => extensions['code']);

/** How many calls each system got while something ran. */
async function callsDuring(on: Harness, run: () => Promise<unknown>): Promise<Record<string, number>> {
  const before = on.systems.map((system) => system.calls());
  await run();
  return Object.fromEntries(on.systems.map((system, index) => [system.name, system.calls() - (before[index] ?? 0)]));
}

const NO_CALLS = { geo: 0, 'geo.tianditu': 0 };

describe('the seed', () => {
  interface Seed {
    readonly district: { readonly code: string };
    readonly towns: readonly {
      readonly code: string;
      readonly name: string;
      readonly englishName: string;
      readonly children: readonly { readonly code: string; readonly name: string }[];
    }[];
  }
  const { district, towns } = readSeed<Seed>('divisions');
  const communities = towns.flatMap(({ children }) => children);

  test('has 7 towns and sub-districts with 129 communities and villages, as many each as published', () => {
    expect(towns.map(({ code, name, children }) => [code, name, children.length])).toEqual([
      ['441402004000', '江南街道', 14],
      ['441402006000', '金山街道', 22],
      ['441402007000', '西郊街道', 12],
      ['441402102000', '三角镇', 19],
      ['441402103000', '长沙镇', 7],
      ['441402105000', '城北镇', 25],
      ['441402106000', '西阳镇', 30],
    ]);
    expect(communities).toHaveLength(129);
    expect(communities.filter(({ name }) => name.endsWith('村'))).toHaveLength(81);
  });

  test('has codes of one structure, each once, with the published gaps', () => {
    expect(district.code).toBe('441402000000');
    const all = [district, ...towns, ...communities].map(({ code }) => code);
    expect(new Set(all).size).toBe(137);
    expect(all.filter((code) => !/^441402(\d{3}){2}$/.test(code))).toEqual([]);
    for (const { code, name, children } of towns) {
      expect(name.endsWith(Number(code.slice(6, 9)) < 100 ? '街道' : '镇')).toBe(true);
      for (const child of children) {
        expect(child.code.slice(0, 9)).toBe(code.slice(0, 9));
        expect(child.name.endsWith(Number(child.code.slice(9)) < 200 ? '社区' : '村')).toBe(true);
      }
    }
    for (const gap of ['441402005', '441402104']) expect(all.filter((code) => code.startsWith(gap))).toEqual([]);
    expect(all).toEqual(expect.not.arrayContaining(['441402000001', '441402004200']));
  });

  test('has at least 40 places, each in a community', () => {
    expect(PLACES.length).toBeGreaterThanOrEqual(40);
    expect(PLACES.filter(({ communityCode }) => !communities.some(({ code }) => code === communityCode))).toEqual([]);
  });

  test('becomes land in which every community lies inside its town, with its centre inside itself', () => {
    const isInside = (ring: Ring, { lon, lat }: { lon: number; lat: number }): boolean =>
      ring.reduce((inside, [x, y], index) => {
        const [fromX, fromY] = ring[index - 1] ?? [x, y];
        return fromY > lat !== y > lat && lon < ((fromX - x) * (lat - y)) / (fromY - y) + x ? !inside : inside;
      }, false);
    for (const { code, centre, boundary } of TERRITORIES) {
      const [ring = []] = boundary.coordinates[0] ?? [];
      expect(code === '441402000000' || isInside(ring, centre)).toBe(true);
      const [town = []] = territory(`${code.slice(0, 9)}000`)?.boundary.coordinates[0] ?? [];
      for (const [lon, lat] of code.endsWith('000') ? [] : ring) expect(isInside(town, { lon, lat })).toBe(true);
    }
  });
});

describe('a division', () => {
  const DIVISION =
    'query ($code: ID!) { division(code: $code) { code name englishName level parent { code } path { code } children { code } } }';
  interface Answer {
    readonly division: Record<string, unknown> | null;
  }

  test.each([
    { form: '6 digits', asked: '441402', code: '441402000000' },
    { form: '9 digits', asked: '441402004', code: '441402004000' },
    { form: '9 digits of a county', asked: '441402000', code: '441402000000' },
    { form: '12 digits', asked: '441402004003', code: '441402004003' },
    { form: '156 and 6 digits', asked: '156441402', code: '441402000000' },
    { form: '6 digits of a province', asked: '440000', code: '440000000000' },
  ])('is found by $form', async ({ asked, code }) => {
    await expect(ask<Answer>(DIVISION, { code: asked })).resolves.toMatchObject({ division: { code } });
  });

  test.each([
    { code: '440000', expected: { name: '广东省', level: 'PROVINCE', parent: null, path: 1, children: 21 } },
    { code: '441400', expected: { name: '梅州市', level: 'CITY', parent: '440000000000', path: 1, children: 8 } },
    { code: '441403', expected: { name: '梅县区', level: 'DISTRICT', parent: '441400000000', path: 1, children: null } },
    {
      code: '441402',
      expected: {
        name: '梅江区',
        englishName: 'Meijiang District',
        level: 'DISTRICT',
        parent: '441400000000',
        path: 1,
        children: 7,
      },
    },
    {
      code: '441402102',
      expected: { name: '三角镇', englishName: 'Sanjiao Town', level: 'TOWN', parent: '441402000000', path: 2, children: 19 },
    },
    {
      code: '441402102004',
      expected: { name: '客天下社区', englishName: null, level: 'COMMUNITY', parent: '441402102000', path: 3, children: 0 },
    },
    { code: '441402102213', expected: { name: '三乡村', level: 'VILLAGE', parent: '441402102000', path: 3, children: 0 } },
  ])('$code is $expected.name', async ({ code, expected: { parent, path, children, ...plain } }) => {
    const { division } = await ask<{
      division: { parent: { code: string } | null; path: unknown[]; children: unknown[] | null };
    }>(DIVISION, { code });
    expect(division).toMatchObject(plain);
    expect([division.parent?.code ?? null, division.path.length, division.children?.length ?? null]).toEqual([
      parent,
      path,
      children,
    ]);
  });

  test('has a path from the district down to itself', async () => {
    const answer = await ask<{ division: { path: { name: string }[] } }>('{ division(code: "441402006203") { path { name } } }');
    expect(answer.division.path.map(({ name }) => name)).toEqual(['梅江区', '金山街道', '月梅村']);
  });

  test.each(['441402005', '441402104', '441402102999', '441499', '820000'])('%s is none', async (code) => {
    await expect(ask(DIVISION, { code })).resolves.toEqual({ division: null });
  });

  test.each([
    { what: 'a letter', field: 'division(code: "44140X")' },
    { what: 'full-width digits', field: 'division(code: "４４１４０２")' },
    { what: '7 digits', field: 'division(code: "4414020")' },
    { what: 'a village without a town', field: 'division(code: "441402000003")' },
    { what: 'no province', field: 'division(code: "041402")' },
    { what: 'nothing', field: 'division(code: "")' },
    { what: 'a letter in a parent', field: 'divisions(parent: "44140X")' },
  ])('with $what is refused without a call', async ({ field }) => {
    const calls = await callsDuring(harness, async () => {
      const { errors } = await harness.execute(`{ ${field} { code } }`);
      expect(errors?.[0]?.extensions['code']).toBe('BAD_USER_INPUT');
      expect(errors?.[0]?.message).toContain(`Argument ${field.includes('parent') ? 'parent' : 'code'} must be`);
    });
    expect(calls).toEqual(NO_CALLS);
  });

  test('of the district has towns, in one call for all 137 divisions', async () => {
    await using fresh = await startWithSandbox(subgraph);
    const calls = await callsDuring(fresh, async () => {
      const { divisions } = await ask<{ divisions: { name: string; children: { code: string; path: unknown[] }[] }[] }>(
        '{ divisions { name children { code path { name } parent { name } } } }',
        {},
        fresh,
      );
      expect(divisions.map(({ name }) => name)).toHaveLength(7);
      expect(divisions.flatMap(({ children }) => children)).toHaveLength(129);
    });
    expect(calls).toEqual({ geo: 1, 'geo.tianditu': 0 });
  });

  const REFERENCES =
    'query ($references: [_Any!]!) { _entities(representations: $references) { ... on Division { code name } } }';
  const referencesOf = (codes: readonly string[]) => ({ references: codes.map((code) => ({ __typename: 'Division', code })) });

  test('shares the divisions of its path with the others of a page, and fails alone', async () => {
    const of = (code: string, ...pathCodes: string[]): DivisionModel => ({
      ...{ code, name: code, englishName: null, level: 'TOWN', centre: null, parentCode: null, childCodes: null },
      pathCodes,
    });
    const failure = new Error('The system does not answer');
    const asked: string[] = [];
    const divisions = batched<string, DivisionModel | null>({
      max: 200,
      fetch: async (codes) => {
        asked.push(...codes);
        return codes.map((code) => (code === 'failing' ? failure : code === 'unknown' ? null : of(code)));
      },
    });
    const page = [of('a', 'district', 'a'), of('b', 'district', 'failing', 'b'), of('c', 'district', 'unknown', 'c')];
    await expect(resolvers.Division.path.batch(page, {}, { divisions })).resolves.toEqual([
      [of('district'), of('a')],
      failure,
      [of('district'), of('c')],
    ]);
    expect(asked).toEqual(['district', 'a', 'failing', 'b', 'unknown', 'c']);
  });

  test('is resolved by reference: 137 and more at once, in two calls, and a malformed one fails alone', async () => {
    await using fresh = await startWithSandbox(subgraph);
    const codes = TERRITORIES.map(({ code }) => code);
    const calls = await callsDuring(fresh, async () => {
      const { data, errors } = await fresh.execute(REFERENCES, referencesOf([...codes, '441402', '441400', '441403', 'x']));
      expect((data?.['_entities'] as ({ code: string } | null)[]).map((entity) => entity?.code ?? null)).toEqual([
        ...codes,
        '441402000000',
        '441400000000',
        '441403000000',
        null,
      ]);
      expect(errors?.map(({ extensions, path }) => [extensions['code'], path])).toEqual([['BAD_USER_INPUT', ['_entities', 140]]]);
    });
    expect(calls).toEqual({ geo: 1, 'geo.tianditu': 1 });
  });

  test('is kept for a day', async () => {
    const clock = manualClock(Date.now());
    await using fresh = await startWithSandbox(subgraph, { clock });
    const one = () => ask('{ division(code: "441402") { name parent { name } } }', {}, fresh);
    expect(await callsDuring(fresh, one)).toEqual({ geo: 1, 'geo.tianditu': 1 });
    clock.advance(24 * 60 * 60 * 1_000 - 1);
    expect(await callsDuring(fresh, one)).toEqual(NO_CALLS);
    clock.advance(1);
    expect(await callsDuring(fresh, one)).toEqual({ geo: 1, 'geo.tianditu': 1 });
  });

  test.each([
    { system: 'geo', field: '{ division(code: "441402004") { name } }' },
    { system: 'geo', field: '{ division(code: "441402004") { boundary } }' },
    { system: 'geo.tianditu', field: '{ division(code: "441400") { name } }' },
    { system: 'geo.tianditu', field: '{ division(code: "441402") { boundary } }' },
  ])('of another place than asked is refused and not kept: $field', async ({ system, field }) => {
    await using fresh = await startWithSandbox(subgraph);
    if (field.includes('boundary')) await ask(field.replace('boundary', 'name'), {}, fresh); // known already; only the boundary is asked below
    await fresh.system(system).setFault({ kind: 'other-person' });
    await expect(codesOf(field, fresh)).resolves.toEqual(['UPSTREAM_MISMATCH']);
    await fresh.system(system).setFault(null);
    await expect(codesOf(field, fresh)).resolves.toEqual([]);
  });

  test('whose system is down does not take the other system’s with it', async () => {
    await using fresh = await startWithSandbox(subgraph);
    await fresh.system('geo.tianditu').setFault({ kind: '503' });
    const { data, errors } = await fresh.execute(
      '{ home: division(code: "441402004") { name } city: division(code: "441400") { name } }',
    );
    expect(data).toEqual({ home: { name: '江南街道' }, city: null });
    expect(errors?.map(({ extensions }) => extensions)).toEqual([{ code: 'UPSTREAM_UNAVAILABLE', system: 'geo.tianditu' }]);
  });
});

describe('a search for divisions', () => {
  test('by one character gives suggestions only', async () => {
    await expect(ask('{ searchDivisions(keyword: "梅") { suggestions divisions { name } } }')).resolves.toEqual({
      searchDivisions: { suggestions: ['梅州市', '梅江区', '梅县区'], divisions: [] },
    });
  });

  test('by name gives divisions, ours with all that we know of them', async () => {
    await expect(ask('{ searchDivisions(keyword: "梅江") { suggestions divisions { name englishName } } }')).resolves.toEqual({
      searchDivisions: { suggestions: [], divisions: [{ name: '梅江区', englishName: 'Meijiang District' }] },
    });
  });

  test.each(PROFILES)('that finds nothing is empty (%s)', async (profile) => {
    await expect(
      ask('{ searchDivisions(keyword: "不存在") { suggestions divisions { name } } }', {}, shared[profile]),
    ).resolves.toEqual({
      searchDivisions: { suggestions: [], divisions: [] },
    });
  });
});

describe('a boundary', () => {
  interface Bounded {
    readonly boundary: { readonly type: string; readonly coordinates: readonly (readonly Ring[])[] };
  }

  test.each(PROFILES)('below the county is the layer’s, longitude first, as GML or GeoJSON (%s)', async (profile) => {
    const { division } = await ask<{ division: Bounded }>('{ division(code: "441402106") { boundary } }', {}, shared[profile]);
    expect(division.boundary).toEqual(territory('441402106000')?.boundary);
    expect(division.boundary.coordinates).toHaveLength(2);
  });

  test('of a county is the national map’s, from well-known text', async () => {
    const { division } = await ask<{ division: Bounded }>('{ division(code: "441402") { boundary } }');
    expect(division.boundary).toEqual(territory('441402000000')?.boundary);
  });

  test('is simplified as much as asked', async () => {
    const { division } = await ask<{ division: Record<'fine' | 'coarse', Bounded['boundary']> }>(
      '{ division(code: "441402004") { fine: boundary coarse: boundary(simplify: 200) } }',
    );
    expect(division.fine.coordinates[0]?.[0]).toHaveLength(25);
    expect(division.coarse.coordinates[0]?.[0]).toHaveLength(5);
  });

  test.each([-1, 5_001])('with tolerance %p is refused', async (simplify) => {
    await expect(codesOf(`{ division(code: "441402004") { boundary(simplify: ${simplify}) } }`)).resolves.toEqual([
      'BAD_USER_INPUT',
    ]);
    await expect(codesOf('{ division(code: "441402004") { boundary(simplify: 5000) } }')).resolves.toEqual([]);
  });

  test.each([
    { parent: '441402', shapes: 7, calls: 1 },
    { parent: '441402106', shapes: 30, calls: 1 },
  ])('of each of $shapes children needs $calls calls', async ({ parent, shapes, calls }) => {
    const during = await callsDuring(harness, async () => {
      const { divisions } = await ask<{ divisions: Bounded[] }>(
        'query ($parent: ID!) { divisions(parent: $parent) { boundary } }',
        { parent },
      );
      expect(divisions.filter(({ boundary }) => boundary.type === 'MultiPolygon')).toHaveLength(shapes);
    });
    expect(during['geo']).toBe(calls);
  });

  test('of all 136 below the district needs six calls', async () => {
    const calls = await callsDuring(harness, () => ask('{ divisions { boundary children { boundary } } }'));
    expect(calls['geo']).toBe(6); // one for the towns, then five for their communities
    expect(calls['geo.tianditu']).toBe(0);
  });

  test.each([
    { what: 'no filter', filter: undefined },
    { what: 'a filter that keeps everything', filter: '<Filter><PropertyIsLike><Literal>*</Literal></PropertyIsLike></Filter>' },
  ])('of the whole layer is not given out: $what', ({ filter }) => {
    const query = { request: 'GetFeature', typeName: 'MJQ_XZQH', propertyName: 'XZQDM', ...(filter ? { filter } : {}) };
    const request = { method: 'GET', path: '', headers: {}, body: '', otherPerson: false };
    expect(divisionLayer({ ...request, query }, { realLife: true }).body).toContain('OperationNotSupported');
    const towns = '<Filter><PropertyIsLike><Literal>441402*</Literal></PropertyIsLike></Filter>';
    expect(divisionLayer({ ...request, query: { ...query, filter: towns } }, { realLife: true }).body).toContain(
      'numberOfFeatures="137"',
    );
  });
});

describe('an address', () => {
  const WHERE_IS = `query WhereIs($address: String!) {
    geocode(address: $address) {
      formattedAddress addressCode location { lon lat } score precision matchedBy sourceCrs gridCode
      community { code path { name } } division { code }
    }
  }`;
  interface WhereIs {
    readonly geocode: {
      readonly location: { readonly lon: number; readonly lat: number };
      readonly community: { readonly code: string; readonly path: readonly { readonly name: string }[] };
    };
  }

  test('is found with its community and the path of divisions to it', async () => {
    const { geocode: found } = await ask<WhereIs>(WHERE_IS, { address: PEOPLE.citizenL2.address });
    expect(found).toMatchObject({
      formattedAddress: '梅州市梅江区金山街道金山社区义化路26号',
      score: 100,
      precision: 'DOOR',
      matchedBy: 'ADDRESS_LIBRARY',
      sourceCrs: 'CGCS2000',
      community: { code: '441402006003' },
      division: { code: '441402000000' },
    });
    expect(found.community.path.map(({ name }) => name)).toEqual(['梅江区', '金山街道', '金山社区']);
    expect(found).toMatchObject({
      gridCode: expect.stringMatching(/^441402006003\d{3}$/),
      addressCode: expect.stringMatching(/^441402006003\d{6}$/),
    });
  });

  test('of every person and organisation of the population lies in their community', async () => {
    const residents = [...ALL_PEOPLE, ...ALL_ORGANISATIONS];
    const fields = residents.map(({ address }, index) => `a${index}: geocode(address: "${address}") { community { code } }`);
    const found = await ask<Record<string, { community: { code: string } }>>(`{ ${fields.join('\n')} }`);
    const expected = new Map(residents.toReversed().map(({ address, divisionCode }) => [address, divisionCode]));
    expect(residents.map((_, index) => found[`a${index}`]?.community.code)).toEqual(
      residents.map(({ address }) => expected.get(address)),
    );
  });

  test.each([
    { how: 'without the district', address: '金山街道金山社区义化路26号', score: 95, precision: 'DOOR' },
    { how: 'with the province', address: '广东省梅州市梅江区金山街道金山社区义化路26号', score: 95, precision: 'DOOR' },
    { how: 'with a room', address: '梅州市梅江区金山街道金山社区义化路26号三楼', score: 90, precision: 'DOOR' },
    { how: 'by its community only', address: '梅江区金山街道金山社区某路9号', score: 70, precision: 'DIVISION' },
  ])('is found $how', async ({ address, score, precision }) => {
    await expect(ask(WHERE_IS, { address })).resolves.toMatchObject({
      geocode: { score, precision, community: { code: '441402006003' } },
    });
  });

  test('that was collected with a phone is converted', async () => {
    const address = '梅州市梅江区城北镇车站社区宪梓北路18号';
    const [shifted, plain] = await Promise.all(PROFILES.map((profile) => ask<WhereIs>(WHERE_IS, { address }, shared[profile])));
    expect(shifted).toMatchObject({ geocode: { sourceCrs: 'GCJ02' } });
    expect(plain).toMatchObject({ geocode: { sourceCrs: 'CGCS2000' } });
    const here = { lon: 0, lat: 0 };
    expect(metresBetween(shifted?.geocode.location ?? here, plain?.geocode.location ?? here)).toBeLessThan(1);
  });

  test.each(PROFILES)('that only the national map knows has no community (%s)', async (profile) => {
    const { geocode: found } = await ask<WhereIs>(WHERE_IS, { address: '剑英公园' }, shared[profile]);
    expect(found).toMatchObject({
      matchedBy: 'NATIONAL_MAP',
      precision: 'PLACE',
      community: null,
      division: null,
      gridCode: null,
    });
    expect(found.location).toEqual(PLACES.find(({ name }) => name === '剑英公园')?.point);
  });

  test.each(PROFILES)('that nobody knows is null (%s)', async (profile) => {
    await expect(ask(WHERE_IS, { address: '无此路一号' }, shared[profile])).resolves.toEqual({ geocode: null });
  });

  test.each(['', ' 一 ', '长'.repeat(201), '梅江一路\\u0000九号'])(
    'of a wrong form is refused without a call: %j',
    async (address) => {
      const calls = await callsDuring(harness, async () =>
        expect(await codesOf(`{ geocode(address: "${address}") { score } }`)).toEqual(['BAD_USER_INPUT']),
      );
      expect(calls).toEqual(NO_CALLS);
    },
  );

  test('that another address was answered for is refused, by either system', async () => {
    await using fresh = await startWithSandbox(subgraph);
    for (const [system, address] of [
      ['geo', PEOPLE.citizenL2.address],
      ['geo.tianditu', '剑英公园'],
    ] as const) {
      await fresh.system(system).setFault({ kind: 'other-person' });
      await expect(codesOf(`{ geocode(address: "${address}") { score } }`, fresh)).resolves.toEqual(['UPSTREAM_MISMATCH']);
      await fresh.system(system).setFault(null);
      await expect(codesOf(`{ geocode(address: "${address}") { score } }`, fresh)).resolves.toEqual([]);
    }
  });
});

describe('a point', () => {
  const AT = `query ($lon: Float!, $lat: Float!, $crs: CoordinateSystem!) {
    reverseGeocode(lon: $lon, lat: $lat, crs: $crs) {
      formattedAddress location { lon lat } division { code name }
      nearestAddress { name distanceMeters direction } nearestPlace { name distanceMeters direction } nearestRoad { name distanceMeters direction }
    }
  }`;
  const home = ADDRESSES.find(({ text }) => text === PEOPLE.citizenL2.address)?.point ?? { lon: 0, lat: 0 };

  test.each(PROFILES.flatMap((profile) => (['CGCS2000', 'GCJ02', 'BD09'] as const).map((crs) => ({ profile, crs }))))(
    'in $crs has an address ($profile)',
    async ({ profile, crs }) => {
      const { reverseGeocode: found } = await ask<{ reverseGeocode: { location: typeof home } }>(
        AT,
        { ...fromCgcs2000(home, crs), crs },
        shared[profile],
      );
      expect(found).toMatchObject({
        formattedAddress: `广东省${PEOPLE.citizenL2.address}`,
        division: { code: '441402000000', name: '梅江区' },
        nearestAddress: { name: '金山街道金山社区义化路26号', distanceMeters: 0 },
        nearestRoad: { name: '义化路', distanceMeters: 0, direction: null },
      });
      expect(metresBetween(found.location, home)).toBeLessThan(1);
    },
  );

  test('is told apart from what is near by distance and direction, however the distance is spelt', async () => {
    const north = { lon: home.lon, lat: home.lat + 0.0005, crs: 'CGCS2000' };
    const answers = [await ask(AT, north), await ask(AT, north)]; // the servers take turns in spelling
    expect(answers[0]).toEqual(answers[1]);
    expect(answers[0]).toMatchObject({
      reverseGeocode: {
        nearestAddress: { distanceMeters: 56, direction: 'NORTH' },
        nearestPlace: { distanceMeters: expect.any(Number), direction: expect.any(String) },
      },
    });
  });

  test('far from everything has no address', async () => {
    await expect(ask(AT, { lon: 110, lat: 30, crs: 'CGCS2000' })).resolves.toEqual({ reverseGeocode: null });
  });

  test('that another point was answered for is refused', async () => {
    await using fresh = await startWithSandbox(subgraph);
    await fresh.system('geo.tianditu').setFault({ kind: 'other-person' });
    const field = `{ reverseGeocode(lon: ${home.lon}, lat: ${home.lat}) { formattedAddress } }`;
    await expect(codesOf(field, fresh)).resolves.toEqual(['UPSTREAM_MISMATCH']);
    await fresh.system('geo.tianditu').setFault(null);
    await expect(codesOf(field, fresh)).resolves.toEqual([]);
  });
});

describe('a search for places', () => {
  const PAGE =
    'totalCount pageInfo { hasNextPage endCursor } nodes { id name category address phone distanceMeters location { lon lat } division { code } } countsByDivision { count division { name } } divisions { name } suggestions';
  interface Page {
    readonly totalCount: number;
    readonly pageInfo: { readonly hasNextPage: boolean; readonly endCursor: string | null };
    readonly nodes: readonly { readonly id: string; readonly name: string; readonly distanceMeters: number | null }[];
  }

  test.each(PROFILES)('around a point goes outwards (%s)', async (profile) => {
    const { placesNear } = await ask<{ placesNear: Page }>(
      `{ placesNear(lon: 116.105, lat: 24.29, radius: 10000, keyword: "医院", first: 5) { ${PAGE} } }`,
      {},
      shared[profile],
    );
    expect(placesNear.totalCount).toBe(6);
    expect(placesNear.nodes).toHaveLength(5);
    const distances = placesNear.nodes.map(({ distanceMeters }) => distanceMeters ?? -1);
    expect(distances).toEqual([...distances].sort((a, b) => a - b));
    expect(distances[0]).toBeGreaterThan(0);
    expect(placesNear.nodes[0]).toMatchObject({
      category: 'HOSPITAL',
      phone: expect.stringMatching(/^0753-0000\d{3}$/),
      division: { code: '441402000000' },
    });
  });

  test('around a point of a commercial map finds the same', async () => {
    const at = (point: { lon: number; lat: number }, crs: string) =>
      `placesNear(lon: ${point.lon}, lat: ${point.lat}, crs: ${crs}, radius: 3000, category: SCHOOL) { nodes { id } }`;
    const here = { lon: 116.1, lat: 24.28 };
    const answer = await ask<Record<'plain' | 'shifted', Page>>(
      `{ plain: ${at(here, 'CGCS2000')} shifted: ${at(fromCgcs2000(here, 'BD09'), 'BD09')} }`,
    );
    expect(answer.shifted).toEqual(answer.plain);
    expect(answer.plain.nodes.length).toBeGreaterThan(0);
  });

  test('walks page by page over each place once', async () => {
    const seen: string[] = [];
    let after: string | null = null;
    do {
      const { searchPlaces }: { searchPlaces: Page } = await ask(
        'query ($after: String) { searchPlaces(keyword: "梅", first: 7, after: $after) { totalCount pageInfo { hasNextPage endCursor } nodes { id } } }',
        { after },
      );
      seen.push(...searchPlaces.nodes.map(({ id }) => id));
      expect(searchPlaces.totalCount).toBe(
        PLACES.filter(({ name, address }) => name.includes('梅') || address.includes('梅')).length,
      );
      after = searchPlaces.pageInfo.hasNextPage ? searchPlaces.pageInfo.endCursor : null;
    } while (after);
    expect(new Set(seen).size).toBe(seen.length);
    expect(seen).toHaveLength(PLACES.length);
  });

  const NONE = {
    totalCount: 0,
    pageInfo: { hasNextPage: false, endCursor: null },
    nodes: [],
    countsByDivision: [],
    divisions: [],
    suggestions: [],
  };
  test.each(
    PROFILES.flatMap((profile) => [
      { profile, what: 'nothing', field: 'searchPlaces(keyword: "不存在")', expected: NONE },
      {
        profile,
        what: 'a county without places',
        field: 'searchPlaces(keyword: "医院", divisionCode: "441403")',
        expected: NONE,
      },
      {
        profile,
        what: 'counts for a city',
        field: 'searchPlaces(keyword: "医院", divisionCode: "441400")',
        expected: { ...NONE, totalCount: 8, countsByDivision: [{ count: 8, division: { name: '梅江区' } }] },
      },
      {
        profile,
        what: 'a division of that name',
        field: 'searchPlaces(keyword: "梅县区")',
        expected: { ...NONE, divisions: [{ name: '梅县区' }] },
      },
      {
        profile,
        what: 'names that are nearly right',
        field: 'searchPlaces(keyword: "嘉应大学堂")',
        expected: { ...NONE, suggestions: ['嘉应学院'] },
      },
      {
        profile,
        what: 'a bus line',
        field: 'searchPlaces(keyword: "6路")',
        expected: { ...NONE, suggestions: ['6路(示例起点-示例终点)'] },
      },
    ]),
  )('gives $what ($profile)', async ({ profile, field, expected }) => {
    await expect(ask(`{ found: ${field} { ${PAGE} } }`, {}, shared[profile])).resolves.toEqual({ found: expected });
  });

  test.each(PROFILES)('by category gives one list, or one for each (%s)', async (profile) => {
    const field = (categories: string) =>
      `placesByCategory(categories: [${categories}], first: 2) { category totalCount places { name } }`;
    const answer = await ask<Record<'one' | 'three', unknown>>(
      `{ one: ${field('PARK')} three: ${field('SPORT, TRANSPORT, PARK')} }`,
      {},
      shared[profile],
    );
    const park = { category: 'PARK', totalCount: 5, places: [{ name: '剑英公园' }, { name: '文化公园' }] };
    expect(answer.one).toEqual([park]);
    expect(answer.three).toEqual([
      { category: 'SPORT', totalCount: 2, places: [{ name: '曾宪梓体育场' }, { name: '梅州体育馆' }] },
      expect.objectContaining({ category: 'TRANSPORT', totalCount: 4 }),
      park,
    ]);
  });

  test.each([
    { name: 'keyword or category', field: 'placesNear(lon: 116.1, lat: 24.3) { totalCount }' },
    { name: 'radius', field: 'placesNear(lon: 116.1, lat: 24.3, radius: 10001, category: PARK) { totalCount }' },
    { name: 'radius', field: 'placesNear(lon: 116.1, lat: 24.3, radius: 0, category: PARK) { totalCount }' },
    { name: 'lon or lat', field: 'placesNear(lon: 24.3, lat: 116.1, category: PARK) { totalCount }' },
    { name: 'lon or lat', field: 'reverseGeocode(lon: 0, lat: 0) { formattedAddress }' },
    { name: 'keyword', field: `searchPlaces(keyword: "it's") { totalCount }` },
    { name: 'keyword', field: 'searchPlaces(keyword: "a&b") { totalCount }' },
    { name: 'keyword', field: 'searchPlaces(keyword: " ") { totalCount }' },
    { name: 'keyword', field: `searchDivisions(keyword: "${'长'.repeat(65)}") { suggestions }` },
    { name: 'divisionCode', field: 'searchPlaces(keyword: "医院", divisionCode: "441402004") { totalCount }' },
    { name: 'divisionCode', field: 'searchPlaces(keyword: "医院", divisionCode: "x") { totalCount }' },
    { name: 'first', field: 'searchPlaces(keyword: "医院", first: 101) { totalCount }' },
    { name: 'after', field: 'searchPlaces(keyword: "医院", after: "x") { totalCount }' },
    {
      name: 'after',
      field: `searchPlaces(keyword: "医院", after: "${Buffer.from('p300').toString('base64url')}") { totalCount }`,
    },
    { name: 'categories', field: 'placesByCategory(categories: []) { totalCount }' },
    { name: 'categories', field: 'placesByCategory(categories: [PARK, PARK]) { totalCount }' },
    { name: 'from', field: 'drivingRoute(from: { lon: 0, lat: 0 }, to: { lon: 116.1, lat: 24.3 }) { distanceMeters }' },
    { name: 'to', field: 'drivingRoute(from: { lon: 116.1, lat: 24.3 }, to: { lon: 0, lat: 0 }) { distanceMeters }' },
    {
      name: 'via',
      field: `drivingRoute(from: { lon: 116.1, lat: 24.3 }, to: { lon: 116.2, lat: 24.3 }, via: [${'{ lon: 116.1, lat: 24.3 } '.repeat(9)}]) { distanceMeters }`,
    },
  ])('or route with a wrong $name is refused without a call: $field', async ({ name, field }) => {
    const calls = await callsDuring(harness, async () => {
      const { errors } = await harness.execute(`{ ${field} }`);
      expect(errors?.map(({ extensions }) => extensions['code'])).toEqual(['BAD_USER_INPUT']);
      expect(errors?.[0]?.message).toContain(`Argument ${name} must be`);
    });
    expect(calls).toEqual(NO_CALLS);
  });

  test('that another keyword was answered for is refused', async () => {
    await using fresh = await startWithSandbox(subgraph);
    await fresh.system('geo.tianditu').setFault({ kind: 'other-person' });
    await expect(codesOf('{ searchPlaces(keyword: "医院") { totalCount } }', fresh)).resolves.toEqual(['UPSTREAM_MISMATCH']);
    await fresh.system('geo.tianditu').setFault(null);
    await expect(codesOf('{ searchPlaces(keyword: "医院") { totalCount } }', fresh)).resolves.toEqual([]);
  });
});

describe('a route', () => {
  const route = (to: string, more = '') =>
    `{ drivingRoute(from: { lon: 116.1, lat: 24.3 }, to: ${to}${more}) { distanceMeters durationSeconds line steps { instruction road distanceMeters start { lon lat } } } }`;

  test.each(PROFILES)('has length, time, line and steps (%s)', async (profile) => {
    const via = ', via: [{ lon: 116.11, lat: 24.29 }]';
    const { drivingRoute } = await ask<{ drivingRoute: { line: { type: string; coordinates: unknown[] }; steps: unknown[] } }>(
      route('{ lon: 116.12, lat: 24.31 }', via),
      {},
      shared[profile],
    );
    expect(drivingRoute).toMatchObject({ distanceMeters: 5_130, durationSeconds: 570, line: { type: 'LineString' } });
    expect(drivingRoute.line.coordinates).toHaveLength(5);
    expect(drivingRoute.steps).toEqual([
      { instruction: expect.stringContaining('1956'), road: '无名道路', distanceMeters: 1_956, start: { lon: 116.1, lat: 24.3 } },
      {
        instruction: expect.stringContaining('目的地'),
        road: '无名道路',
        distanceMeters: 3_177,
        start: { lon: 116.11, lat: 24.29 },
      },
    ]);
  });

  test('takes its time by what it should prefer', async () => {
    const to = '{ lon: 116.12, lat: 24.31 }';
    const answers = await Promise.all(
      ['FASTEST', 'SHORTEST', 'AVOID_MOTORWAYS'].map((style) =>
        ask<{ drivingRoute: { durationSeconds: number } }>(route(to, `, style: ${style}`)),
      ),
    );
    const [fastest = 0, ...others] = answers.map(({ drivingRoute }) => drivingRoute.durationSeconds);
    expect(others.every((seconds) => seconds > fastest)).toBe(true);
  });

  test('where there is no road is null', async () => {
    await expect(ask(route('{ lon: 126.12, lat: 44.31 }'))).resolves.toEqual({ drivingRoute: null });
  });

  test('from elsewhere than asked is refused', async () => {
    await using fresh = await startWithSandbox(subgraph);
    await fresh.system('geo.tianditu').setFault({ kind: 'other-person' });
    await expect(codesOf(route('{ lon: 116.12, lat: 24.31 }'), fresh)).resolves.toEqual(['UPSTREAM_MISMATCH']);
  });
});

test('map services are listed by type, with their zooms and their path behind the signing proxy', async () => {
  const { all, features } = await ask<Record<'all' | 'features', { totalCount: number; nodes: unknown[]; pageInfo: unknown }>>(
    '{ all: mapServices(first: 2) { totalCount nodes { name title type epsg minZoom maxZoom path } pageInfo { hasNextPage } } features: mapServices(type: WFS) { totalCount nodes { name } pageInfo { hasNextPage } } }',
  );
  expect(all).toMatchObject({ totalCount: 8, pageInfo: { hasNextPage: true } });
  expect(all.nodes[0]).toEqual({
    name: 'GD_2018DLG',
    title: '广东省矢量电子地图',
    type: 'WMTS',
    epsg: 4490,
    minZoom: 7,
    maxZoom: 17,
    path: '/geostar/GD_2018DLG/wmts',
  });
  expect(features).toEqual({
    totalCount: 3,
    nodes: [{ name: 'WHHLYT_LYJQ' }, { name: 'JTYST_GD2019' }, { name: 'MJQ_XZQH' }],
    pageInfo: { hasNextPage: false },
  });
});

describe('the key of the national map', () => {
  test.each(
    PROFILES.flatMap((profile) => [
      { profile, kind: 'for browsers', tk: BROWSER_KEY },
      { profile, kind: 'that was never issued', tk: '0'.repeat(32) },
      { profile, kind: 'of a wrong length', tk: 'short' },
      { profile, kind: 'that is missing', tk: '' },
    ]),
  )('$kind is refused once and not tried again ($profile)', async ({ profile, tk }) => {
    await using fresh = await startWithSandbox(subgraph, { profile, credentials: { 'geo.tianditu': { tk } } });
    const field = '{ reverseGeocode(lon: 116.105, lat: 24.29) { formattedAddress } }';
    await expect(codesOf(field, fresh)).resolves.toEqual(['UPSTREAM_REJECTED']);
    expect(fresh.system('geo.tianditu').calls()).toBe(1);
    await expect(codesOf(field, shared[profile])).resolves.toEqual([]);
  });
});

/** The national map's client against a server that always gives one reply. */
async function against(reply: SandboxReply) {
  const [system] = await launchSandbox(
    () => [{ name: 'geo.tianditu', addresses: { main: () => reply }, credentials: { tk: 'any' }, failure: () => reply }],
    { profile: 'strict' },
  );
  if (!system) throw new Error('the sandbox has one system');
  const state = openState({ dataDir: null, databaseUrl: null });
  const sessions = await sharedSessionStore(state);
  const client = connectNationalMap({
    credentials: () => ({ tk: 'any' }),
    http: (name, options) => createClient(options, { system: name, addresses: system.addresses, clock: systemClock, sessions }),
  });
  return {
    client,
    [Symbol.asyncDispose]: async () => {
      await client.close();
      await system.close();
      await state.close();
    },
  };
}

describe('an outcome of the national map', () => {
  test.each([
    { outcome: { code: 301001, msg: '非法key' }, status: 403, code: 'UPSTREAM_REJECTED' },
    { outcome: { code: 301012, msg: '权限类型错误' }, status: 200, code: 'UPSTREAM_REJECTED' },
    { outcome: { code: 308011, message: '请求参数非法长度或不合规' }, status: 400, code: 'UPSTREAM_REJECTED' },
    { outcome: { count: 0, status: { infocode: 2003, cndesc: '缺少参数' } }, status: 400, code: 'UPSTREAM_REJECTED' },
    { outcome: { count: 0, status: { infocode: '2007', cndesc: '溢出' } }, status: 200, code: 'UPSTREAM_REJECTED' },
    { outcome: { count: 0, status: { infocode: 3000, cndesc: '服务器出错' } }, status: 200, code: 'UPSTREAM_UNAVAILABLE' },
    { outcome: { status: '404', msg: '出错' }, status: 200, code: 'UPSTREAM_REJECTED' },
    { outcome: { status: '1', msg: '错误' }, status: 200, code: 'UPSTREAM_REJECTED' },
    { outcome: { status: 500, message: '服务异常' }, status: 200, code: 'UPSTREAM_UNAVAILABLE' },
    { outcome: {}, status: 429, code: 'RATE_LIMITED' },
    { outcome: {}, status: 200, code: 'UPSTREAM_INVALID' },
    { outcome: [], status: 200, code: 'UPSTREAM_INVALID' },
  ])('$outcome with $status becomes $code', async ({ outcome, status, code }) => {
    await using platform = await against({ status, body: JSON.stringify(outcome) });
    await expect(geocode(platform.client, requestOf(), '梅江一路')).rejects.toMatchObject({ code, system: 'geo.tianditu' });
  });

  test.each([
    { what: 'status 101', body: { status: '101', msg: '无结果' } },
    { what: 'status 0 without a location', body: { status: '0', msg: 'ok' } },
    { what: 'a numeric status 0 and an empty location', body: { status: 0, location: null } },
  ])('“nothing found” is null: $what', async ({ body }) => {
    await using platform = await against({ body: `\uFEFF${JSON.stringify(body)}` });
    await expect(geocode(platform.client, requestOf(), '梅江一路')).resolves.toBeNull();
  });

  const search = (body: object) => async () => {
    await using platform = await against({ body: JSON.stringify({ status: { infocode: 1000 }, ...body }) });
    return await searchInDivision(platform.client, requestOf(), {
      division: '441402000000',
      keyword: '院',
      category: null,
      start: 0,
      count: 10,
    });
  };
  const POI = { name: '甲院', hotPointID: 7, lonlat: '116.1,24.3', countyCode: 156441402, typeName: '其他' };

  test.each([
    { given: '350m', metres: 350 },
    { given: '1.2km', metres: 1_200 },
    { given: '1.2 KM', metres: 1_200 },
    { given: 80, metres: 80 },
    { given: '', metres: null },
  ])('has the distance $given as $metres m', async ({ given, metres }) => {
    const { places } = await search({ resultType: 1, count: '1', pois: [{ ...POI, distance: given }] })();
    expect(places).toEqual([
      {
        id: '7',
        name: '甲院',
        category: null,
        address: null,
        phone: null,
        location: { lon: 116.1, lat: 24.3 },
        distanceMeters: metres,
        divisionCode: '441402000000',
      },
    ]);
  });

  test('names the divisions that a keyword may mean', async () => {
    const prompt = [
      { type: 3, admins: [{ adminName: '梅县区', adminCode: 156441403 }] },
      { type: 4, admins: [{ adminName: '梅江区', adminCode: 156441402 }] },
    ];
    await expect(search({ resultType: 1, count: 1, pois: [POI], prompt })()).resolves.toMatchObject({
      divisionCodes: ['441403000000'],
    });
  });

  test.each([
    { what: 'a type that is not known', body: { resultType: 6 } },
    { what: 'no type', body: { pois: [] } },
    { what: 'a place without a position', body: { resultType: 1, pois: [{ ...POI, lonlat: '' }] } },
    { what: 'a distance in miles', body: { resultType: 1, pois: [{ ...POI, distance: '2mi' }] } },
    { what: 'no division', body: { resultType: 3, area: { name: '梅县区' } } },
  ])('with $what is not understood', async ({ body }) => {
    await expect(search(body)()).rejects.toMatchObject({ code: 'UPSTREAM_INVALID' });
  });
});
