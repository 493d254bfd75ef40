import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { manualClock, systemClock } from '../../kernel/clock.ts';
import { silentLog } from '../../kernel/log.ts';
import type { FaultKind } from '../../kernel/sandbox/fault.ts';
import { requestOf, startWithSandbox, type Harness, type HarnessOptions } from '../../kernel/sandbox/harness.ts';
import { department } from '../../kernel/sandbox/population/departments.ts';
import { STORY_CASES, STORY_ITEMS } from '../../kernel/sandbox/population/stories.ts';
import { openState } from '../../kernel/state.ts';
import { sharedSessionStore } from '../../kernel/upstream/sessionStore.ts';
import items from './index.ts';
import { districtItems, PLAN_FIGURES, type SimulatedItem } from './sandbox/catalogue.ts';
import { guid, materialsOf } from './sandbox/materials.ts';
import { CAPTCHA } from './sandbox/progress.ts';
import { TOWNS } from './sandbox/towns.ts';

const HOUR_MS = 3_600_000;
const OLD: HarnessOptions = { credentials: { 'items.portal': { generation: 'old' } } };
const LIST_CALLS = 4;

const district = districtItems();
const splitItem = district.find(({ businessItems }) => businessItems.length > 0) as SimulatedItem; // the catalogue's own test counts them
const { realEstateRegistration, marriageRegistration, residencePermit, foodBusinessPermit, disabledAllowance } = STORY_ITEMS;

const start = (options?: HarnessOptions) => startWithSandbox(items, options);
const callsOf = (harness: Harness) => harness.system('items.portal').calls();
const setFault = (harness: Harness, kind: FaultKind | null) => harness.system('items.portal').setFault(kind && { kind });
const codesOf = ({ errors = [] }: Awaited<ReturnType<Harness['execute']>>) => errors.map(({ extensions }) => extensions['code']);

/** Runs an operation that must succeed, and says how many calls it took; `Data` is what the operation asks for. */
async function ask<Data>(harness: Harness, source: string, variables: Record<string, unknown> = {}, request = requestOf()) {
  const before = callsOf(harness);
  const { data, errors } = await harness.execute(source, variables, request);
  expect(errors).toBeUndefined();
  return { data: JSON.parse(JSON.stringify(data)) as Data, calls: callsOf(harness) - before };
}

let shared: Harness;
beforeAll(async () => {
  shared = await start();
});
afterAll(async () => {
  await shared[Symbol.asyncDispose]();
});

describe('the catalogue', () => {
  const STATISTICS =
    '{ serviceItemStatistics { total online once immediate nearby byDepartment { total nearby department { code } } } }';
  interface Statistics {
    serviceItemStatistics: { byDepartment: { total: number; nearby: number; department: { code: string } }[] };
  }

  test.each([
    { by: 'the new paths, in pages of 500', options: {}, calls: 4 },
    { by: 'the new paths as published', options: { profile: 'strict' }, calls: 4 },
    { by: 'the old paths, in pages of 10', options: OLD, calls: 178 },
    { by: 'the old paths as published', options: { ...OLD, profile: 'strict' }, calls: 178 },
  ] as const)('has the figures of the plan by $by', async ({ options, calls }) => {
    await using harness = await start(options);
    const answer = await ask<Statistics>(harness, STATISTICS);
    expect(answer).toMatchObject({ data: { serviceItemStatistics: PLAN_FIGURES }, calls });
    const { byDepartment } = answer.data.serviceItemStatistics;
    expect(byDepartment).toHaveLength(38);
    expect(byDepartment.reduce((sum, { total }) => sum + total, 0)).toBe(PLAN_FIGURES.total);
    expect(byDepartment.find((one) => one.department.code === department('梅江区三角镇人民政府').code)).toMatchObject({
      total: 78,
      nearby: 78,
    });
  });

  test('is read once for all who ask at the same time, and once for all references', async () => {
    await using harness = await start();
    await Promise.all([1, 2, 3].map(() => ask(harness, STATISTICS)));
    await ask(harness, REFERENCES, {
      representations: district.slice(0, 60).map(({ code }) => ({ __typename: 'ServiceItem', code })),
    });
    expect(callsOf(harness)).toBe(LIST_CALLS);
  });

  test('answers for a day while the portal is out of order, then no longer', async () => {
    const clock = manualClock(Date.now());
    await using harness = await start({ clock });
    const request = () => requestOf({ deadlineMs: 100 * HOUR_MS });
    await ask(harness, STATISTICS);
    await setFault(harness, '503');
    clock.advance(24 * HOUR_MS - 1);
    expect(await ask(harness, STATISTICS, {}, request())).toMatchObject({ data: { serviceItemStatistics: PLAN_FIGURES } });
    clock.advance(1);
    const { data, errors } = await harness.execute(STATISTICS, {}, request());
    expect(data).toEqual({ serviceItemStatistics: null });
    expect(errors).toMatchObject([{ extensions: { code: 'UPSTREAM_UNAVAILABLE', system: 'items.portal' } }]);
  });

  test('is read anew by the job, twice a day', async () => {
    const clock = manualClock(Date.parse('2024-07-01T08:00:00+08:00'));
    await using harness = await start({ clock });
    const [job] = harness.subgraph.jobs;
    expect(job).toMatchObject({ name: 'catalogue', everyMs: 12 * HOUR_MS });
    const asOf = async () => (await ask<{ serviceItemStatistics: unknown }>(harness, '{ serviceItemStatistics { asOf } }')).data;
    expect(await asOf()).toEqual({ serviceItemStatistics: { asOf: '2024-07-01T08:00:00+08:00' } });
    clock.advance(HOUR_MS);
    await job?.run(requestOf());
    expect(await asOf()).toEqual({ serviceItemStatistics: { asOf: '2024-07-01T09:00:00+08:00' } });
    expect(callsOf(harness)).toBe(2 * LIST_CALLS);
  });

  const REFERENCES =
    'query ($representations: [_Any!]!) { _entities(representations: $representations) { ... on ServiceItem { name } } }';

  test('gives null to references that nobody has and to old codes, without a call of their own', async () => {
    const { data } = await ask(shared, REFERENCES, {
      representations: [
        marriageRegistration.code,
        `${marriageRegistration.department.uscc}4440799999000`,
        '44140200001234567890441402',
      ].map((code) => ({ __typename: 'ServiceItem', code })),
    });
    expect(data).toEqual({ _entities: [{ name: marriageRegistration.name }, null, null] });
  });

  test('asks nobody when there is no possible code among the references', async () => {
    await using harness = await start();
    const old = { __typename: 'ServiceItem', code: '44140200001234567890441402' };
    expect(await ask(harness, REFERENCES, { representations: [old] })).toEqual({ data: { _entities: [null] }, calls: 0 });
  });
});

describe('an item', () => {
  const BASICS = `query ($code: ID!) {
    serviceItem(code: $code) {
      code name level type targets projectType online immediate once nearby visits guideUrl
      department { code } division { code } nearbyDivisions { code } businessItems { code name }
    }
  }`;

  test('has its basic facts out of the list', async () => {
    const { data } = await ask(shared, BASICS, { code: foodBusinessPermit.code });
    expect(data).toEqual({
      serviceItem: {
        code: foodBusinessPermit.code,
        name: foodBusinessPermit.name,
        level: 'COUNTY',
        type: 'LICENCE',
        targets: ['PERSON', 'LEGAL_PERSON'],
        projectType: 'PROMISED',
        online: true,
        immediate: false,
        once: true,
        nearby: true,
        visits: 0,
        guideUrl: `https://www.gdzwfw.gov.cn/portal/v2/guide/${foodBusinessPermit.code}`,
        department: { code: foodBusinessPermit.department.code },
        division: { code: '441402000000' },
        nearbyDivisions: TOWNS.map(({ code }) => ({ code })),
        businessItems: [],
      },
    });
  });

  test('of a village sits in its town and is handled in the town and its villages', async () => {
    const [town] = TOWNS;
    const item = district.find(({ level, owner }) => level === '6' && owner === town?.office);
    expect((await ask(shared, BASICS, { code: item?.code })).data).toMatchObject({
      serviceItem: {
        level: 'VILLAGE',
        division: { code: town?.code },
        nearbyDivisions: [town?.code, ...(town?.villages ?? [])].map((code) => ({ code })),
      },
    });
  });

  test('has business items of 33 characters, which are items of their own when asked for', async () => {
    const { data } = await ask(shared, BASICS, { code: splitItem.code });
    expect(data).toMatchObject({ serviceItem: { businessItems: splitItem.businessItems } });
    const [business] = splitItem.businessItems;
    const guide =
      'query ($code: ID!) { serviceItem(code: $code) { code name promiseDays materials { id } businessItems { code } } }';
    const answer = await ask<{ serviceItem: { materials: { id: string }[] } }>(shared, guide, { code: business?.code });
    expect(answer.data).toMatchObject({ serviceItem: { ...business, promiseDays: expect.any(Number), businessItems: [] } });
    for (const { id } of answer.data.serviceItem.materials) expect(id.startsWith(`${business?.code}.`)).toBe(true);
  });

  test('that is not listed is null', async () => {
    const { data } = await ask(shared, BASICS, { code: `${marriageRegistration.department.uscc}4440799999000` });
    expect(data).toEqual({ serviceItem: null });
  });

  test('has a name without the tabs that real life puts there', async () => {
    const names = async (harness: Harness) =>
      (
        await ask<{ searchServiceItems: { nodes: { name: string }[] } }>(
          harness,
          '{ searchServiceItems(first: 100) { nodes { name } } }',
        )
      ).data;
    await using strict = await start({ profile: 'strict' });
    const [published, real] = [await names(strict), await names(shared)];
    expect(real).toEqual(published);
    expect(real.searchServiceItems.nodes.filter(({ name }) => /[\t\n]|^\s|\s$/.test(name))).toEqual([]);
  });
});

describe('the search', () => {
  const SEARCH = `query ($keyword: String, $departmentCode: ID, $divisionCode: ID, $type: ServiceItemType, $level: ServiceItemLevel,
      $target: ServiceItemTarget, $online: Boolean, $immediate: Boolean, $once: Boolean, $nearby: Boolean, $first: Int, $after: String) {
    searchServiceItems(keyword: $keyword, departmentCode: $departmentCode, divisionCode: $divisionCode, type: $type, level: $level, target: $target,
        online: $online, immediate: $immediate, once: $once, nearby: $nearby, first: $first, after: $after) {
      totalCount nodes { code } pageInfo { hasNextPage endCursor }
    }
  }`;
  interface Found {
    searchServiceItems: { totalCount: number; nodes: { code: string }[]; pageInfo: { hasNextPage: boolean; endCursor: string } };
  }
  const civil = department('梅江区民政局');

  test.each<{ filter: Record<string, unknown>; matches: (item: SimulatedItem) => boolean }>([
    { filter: {}, matches: () => true },
    { filter: { keyword: '变更  许可' }, matches: ({ name }) => name.includes('变更') && name.includes('许可') },
    { filter: { departmentCode: civil.code }, matches: ({ owner }) => owner.code === civil.code },
    { filter: { divisionCode: '441402004' }, matches: ({ towns }) => towns.includes('441402004000') },
    { filter: { divisionCode: '441402106226' }, matches: ({ villages }) => villages.includes('441402106226') },
    { filter: { divisionCode: '441402' }, matches: ({ level }) => level === '4' },
    { filter: { type: 'BENEFIT' }, matches: ({ type }) => type === '05' },
    { filter: { level: 'TOWN' }, matches: ({ level }) => level === '5' },
    { filter: { target: 'LEGAL_PERSON' }, matches: ({ serves }) => serves !== '1' },
    { filter: { online: false, once: true }, matches: ({ online, visits }) => !online && visits <= 1 },
    { filter: { immediate: true, nearby: false }, matches: ({ immediate, towns }) => immediate && towns.length === 0 },
    { filter: { keyword: '没有这样的事项' }, matches: () => false },
  ])('finds $filter', async ({ filter, matches }) => {
    const wanted = district.filter(matches).map(({ code }) => code);
    const { data } = await ask<Found>(shared, SEARCH, { ...filter, first: 100 });
    expect(data.searchServiceItems.totalCount).toBe(wanted.length);
    expect(data.searchServiceItems.nodes.map(({ code }) => code)).toEqual(wanted.slice(0, 100));
  });

  test('gives every item once over all pages, and makes no call of its own', async () => {
    const found: string[] = [];
    const before = callsOf(shared);
    for (let after: string | null = null, more = true; more;) {
      const { data }: { data: Found } = await ask<Found>(shared, SEARCH, { first: 100, after });
      found.push(...data.searchServiceItems.nodes.map(({ code }) => code));
      ({ hasNextPage: more, endCursor: after } = data.searchServiceItems.pageInfo);
    }
    expect(found).toEqual(district.map(({ code }) => code));
    expect(callsOf(shared)).toBe(before);
  });

  test('is what divisions and departments contribute', async () => {
    const { data } = await ask(
      shared,
      `query ($representations: [_Any!]!) { _entities(representations: $representations) {
        ... on Division { all: serviceItems { totalCount } nearby: serviceItems(nearby: true) { totalCount } }
        ... on Department { serviceItems(first: 1) { totalCount nodes { department { code } } } }
      } }`,
      {
        representations: [
          { __typename: 'Division', code: '441402000000' },
          { __typename: 'Division', code: '441402006003' },
          { __typename: 'Department', code: civil.code },
        ],
      },
    );
    const county = district.filter(({ level }) => level === '4');
    expect(data).toEqual({
      _entities: [
        { all: { totalCount: county.length }, nearby: { totalCount: county.filter(({ towns }) => towns.length > 0).length } },
        { all: { totalCount: 18 }, nearby: { totalCount: 18 } },
        {
          serviceItems: {
            totalCount: district.filter(({ owner }) => owner.code === civil.code).length,
            nodes: [{ department: { code: civil.code } }],
          },
        },
      ],
    });
  });
});

describe('a guide', () => {
  const GUIDE = `query ($code: ID!) {
    serviceItem(code: $code) {
      legalDays legalDaysUnit promiseDays promiseDaysUnit channels visitsReason bookable deliverable conditions process
      halls { name address } hours consultationPhones complaintPhones legalBasis fees { name standard }
    }
  }`;
  const FURTHER = `query ($code: ID!) {
    serviceItem(code: $code) { onlineDepth onlineUrl selfService resultName resultKind fees { reducible reduction } materials { id } }
  }`;
  const registered = {
    legalDays: expect.any(Number),
    legalDaysUnit: 'WORKING_DAY',
    promiseDays: expect.any(Number),
    promiseDaysUnit: 'WORKING_DAY',
    channels: ['WINDOW', 'ONLINE', 'COURIER'],
    visitsReason: null,
    bookable: true,
    deliverable: true,
    conditions: `申请人符合《${realEstateRegistration.name}》规定的条件，材料齐全且符合法定形式。`,
    process: '1.申请；2.受理；3.审查；4.决定；5.送达。',
    halls: [{ name: '梅江区政务服务中心', address: '梅州市梅江区政务服务中心综合窗口（梅江区自然资源分局）' }],
    hours: '周一至周五 8:30-12:00，14:30-17:30（法定节假日除外）',
    consultationPhones: [expect.stringMatching(/^0753-0\d{6}$/)],
    complaintPhones: ['12345'],
    legalBasis: `《广东省${realEstateRegistration.name}管理规定》`,
    fees: [
      { name: '不动产登记费（住宅）', standard: '80元/件' },
      { name: '不动产登记费（非住宅）', standard: '550元/件' },
    ],
  };

  test('says the same by the new paths and on the old web page', async () => {
    await using old = await start(OLD);
    const [here, there] = [
      await ask(shared, GUIDE, { code: realEstateRegistration.code }),
      await ask(old, GUIDE, { code: realEstateRegistration.code }),
    ];
    expect(here.data).toEqual({ serviceItem: registered });
    expect(there.data).toEqual(here.data);
  });

  test('says by the new paths what the old page does not show', async () => {
    await using old = await start(OLD);
    const code = realEstateRegistration.code;
    expect((await ask(shared, FURTHER, { code })).data).toMatchObject({
      serviceItem: {
        onlineDepth: 5,
        onlineUrl: `https://www.gdzwfw.gov.cn/portal/v2/guide/${code}`,
        selfService: false,
        resultName: `${realEstateRegistration.name}证`,
        resultKind: 'CERTIFICATE',
        fees: [
          { reducible: true, reduction: '小微企业免收' },
          { reducible: false, reduction: null },
        ],
      },
    });
    expect((await ask(old, FURTHER, { code })).data).toMatchObject({
      serviceItem: { onlineDepth: null, onlineUrl: null, resultName: null, resultKind: null, materials: null },
    });
  });

  test('costs one call for all of its fields, and none the next time', async () => {
    await using harness = await start();
    const both = `query ($code: ID!) { serviceItem(code: $code) { legalDays promiseDays hours materials { id } } }`;
    await ask(harness, '{ serviceItemStatistics { total } }');
    expect(await ask(harness, both, { code: marriageRegistration.code })).toMatchObject({ calls: 1 });
    expect(await ask(harness, both, { code: marriageRegistration.code })).toMatchObject({ calls: 0 });
  });

  test('costs one call for each item of a list', async () => {
    await using harness = await start();
    const { calls } = await ask(harness, '{ searchServiceItems(first: 8) { nodes { promiseDays fees { name } } } }');
    expect(calls).toBe(LIST_CALLS + 8);
  });

  test('is one of at most eight new ones of a request, which leaves places for others', async () => {
    const clock = manualClock(Date.now()); // nobody's patience ends
    await using harness = await start({ clock });
    await ask(harness, '{ serviceItemStatistics { total } }', {}, requestOf({ deadlineMs: HOUR_MS }));
    const [other, ...many] = district.slice(0, 71).map(({ code }) => code);
    const aliases = many.map((code, index) => `a${index}: serviceItem(code: "${code}") { name promiseDays }`);
    const greedy = harness.execute(`{ ${aliases.join(' ')} }`, {}, requestOf({ deadlineMs: HOUR_MS }));
    const modest = harness.execute(
      'query ($code: ID!) { serviceItem(code: $code) { promiseDays } }',
      { code: other },
      requestOf({ deadlineMs: HOUR_MS }),
    );
    expect(await modest).toMatchObject({ data: { serviceItem: { promiseDays: expect.any(Number) } } });
    const answer = await greedy;
    const { data, errors } = answer;
    const promised = Object.values(data as Record<string, { name: string; promiseDays: number | null }>);
    expect(promised.filter(({ promiseDays }) => promiseDays !== null)).toHaveLength(8);
    expect(promised.filter(({ name }) => name)).toHaveLength(70);
    expect(new Set(codesOf(answer))).toEqual(new Set(['RATE_LIMITED']));
    expect(errors).toHaveLength(62);
  });

  test('that fails leaves the list standing', async () => {
    await using harness = await start();
    await ask(harness, '{ serviceItemStatistics { total } }');
    await setFault(harness, 'error-code');
    const { data, errors } = await harness.execute('query ($code: ID!) { serviceItem(code: $code) { name conditions } }', {
      code: residencePermit.code,
    });
    expect(data).toEqual({ serviceItem: { name: residencePermit.name, conditions: null } });
    expect(errors).toMatchObject([{ path: ['serviceItem', 'conditions'], extensions: { code: 'UPSTREAM_UNAVAILABLE' } }]);
  });

  test('never shows a mobile number whole, though real offices publish some', async () => {
    interface Page {
      searchServiceItems: { nodes: { consultationPhones: string[] }[]; pageInfo: { endCursor: string } };
    }
    const PAGE = `query ($after: String) {
      searchServiceItems(keyword: "查询", first: 8, after: $after) { nodes { consultationPhones } pageInfo { endCursor } }
    }`;
    const phones = async (harness: Harness, pages = 5, after: string | null = null): Promise<string[]> => {
      const { nodes, pageInfo } = (await ask<Page>(harness, PAGE, { after })).data.searchServiceItems;
      const here = nodes.flatMap(({ consultationPhones }) => consultationPhones);
      return pages === 1 ? here : [...here, ...(await phones(harness, pages - 1, pageInfo.endCursor))];
    };
    const shown = await phones(shared);
    expect(shown).toContain('199****1234');
    expect(shown.filter((phone) => /1\d{10}/.test(phone))).toEqual([]);
    await using strict = await start({ profile: 'strict' });
    expect(await phones(strict)).not.toContain('199****1234');
  });
});

describe('a material', () => {
  const MATERIALS = `query ($code: ID!) {
    serviceItem(code: $code) {
      materials {
        id name required deferrable format copies source sourceNote noSubmission noSubmissionMeans licenceType { code }
        acceptanceStandard fillingNote exampleUrl formUrl item { code }
      }
    }
  }`;
  interface Materials {
    serviceItem: { materials: { id: string; name: string; licenceType: { code: string } | null }[] };
  }

  test('is a form with an example and an empty copy, or a licence that need not be handed in', async () => {
    const { code, name } = disabledAllowance;
    const { data } = await ask<Materials>(shared, MATERIALS, { code });
    expect(data.serviceItem.materials.slice(0, 3)).toEqual([
      {
        id: `${code}.${guid(`${code}/${name}申请表`)}`,
        name: `${name}申请表`,
        required: true,
        deferrable: false,
        format: 'PAPER_OR_ELECTRONIC',
        copies: 1,
        source: 'APPLICANT',
        sourceNote: '申请人自备',
        noSubmission: false,
        noSubmissionMeans: null,
        licenceType: null,
        acceptanceStandard: '填写完整、签名清晰',
        fillingNote: '按样表填写，申请人签名',
        exampleUrl: `https://static.gdzwfw.gov.cn/guide/files/${guid(`${name}申请表（样表）.doc`)}`,
        formUrl: `https://static.gdzwfw.gov.cn/guide/files/${guid(`${name}申请表（空表）.doc`)}`,
        item: { code },
      },
      expect.objectContaining({
        name: '居民身份证',
        source: 'GOVERNMENT',
        noSubmission: true,
        noSubmissionMeans: '电子证照',
        licenceType: { code: '110000101' },
        exampleUrl: null,
        formUrl: null,
      }),
      expect.objectContaining({ name: '残疾人证', noSubmission: true, licenceType: { code: '110000701' } }),
    ]);
  });

  test('has the type of its licence wherever the portal names one, however it is written', () => {
    const rows = district.flatMap((item) => materialsOf(item, item.code, 'real-life'));
    const codes = new Set(rows.map((row) => String(row['DZZZ_CATALOG_CODE'])).filter((code) => code !== ''));
    expect(codes.size).toBeGreaterThanOrEqual(14);
    for (const code of codes) expect(code).toMatch(/^[12]1000\d{2}01$/);
  });

  test('is found by its id, and by nothing else', async () => {
    await using harness = await start();
    const REFERENCES =
      'query ($representations: [_Any!]!) { _entities(representations: $representations) { ... on Material { name required } } }';
    const id = `${residencePermit.code}.${guid(`${residencePermit.code}/居民身份证`)}`;
    const ids = [id, `${residencePermit.code}.${guid('nothing')}`, 'nothing', `44140200001234567890441402.${guid('nothing')}`];
    const answer = await ask(harness, REFERENCES, { representations: ids.map((one) => ({ __typename: 'Material', id: one })) });
    expect(answer).toEqual({ data: { _entities: [{ name: '居民身份证', required: true }, null, null, null] }, calls: 1 });
  });
});

describe('the areas and duties', () => {
  test.each([
    { when: 'in GBK that calls itself UTF-8', options: {} },
    { when: 'as published', options: { profile: 'strict' } },
    { when: 'by the old paths, two levels down', options: OLD },
    { when: 'by the old paths as published', options: { ...OLD, profile: 'strict' } },
  ] as const)('reads the navigation $when', async ({ options }) => {
    await using harness = await start(options);
    const areas = '{ serviceItemAreas { name division { code } } }';
    const wanted = { serviceItemAreas: TOWNS.map(({ name, code }) => ({ name, division: { code } })) };
    expect(await ask(harness, areas)).toEqual({ data: wanted, calls: 1 });
    expect(await ask(harness, areas)).toEqual({ data: wanted, calls: 0 });
  });

  test('reads the duties of a department in pages of ten, and keeps them', async () => {
    await using harness = await start();
    const DUTIES = `query ($representations: [_Any!]!, $first: Int) { _entities(representations: $representations) {
      ... on Department { serviceItemDuties(first: $first) { totalCount nodes { id name legalBasis responsibility } } }
    } }`;
    const subjects = [...new Set(district.filter(({ owner }) => owner.name === '梅江区民政局').map(({ subject }) => subject))];
    const variables = { representations: [{ __typename: 'Department', code: department('梅江区民政局').code }], first: 1 };
    const first = await ask(harness, DUTIES, variables);
    expect(first).toMatchObject({
      data: {
        _entities: [
          {
            serviceItemDuties: {
              totalCount: subjects.length,
              nodes: [{ name: subjects[0], legalBasis: `《广东省${subjects[0]}管理规定》` }],
            },
          },
        ],
      },
      calls: Math.ceil(subjects.length / 10),
    });
    expect(await ask(harness, DUTIES, variables)).toMatchObject({ data: first.data, calls: 0 });
  });
});

describe('the progress query', () => {
  const PROGRESS = `query ($name: String!, $number: ID!, $id: ID!, $captcha: String!) {
    portalCaseProgress(applicantName: $name, caseNumber: $number, captchaId: $id, captcha: $captcha) {
      ... on PortalCaseProgress { caseNumber steps { name department at } }
      ... on PortalCaseProgressRefused { reason }
    }
  }`;
  const { number, applicant } = STORY_CASES.realEstate;
  const known = { name: applicant.name, number, captcha: CAPTCHA };
  const picture = async () =>
    (await ask<{ portalCaptcha: { id: string } }>(shared, '{ portalCaptcha { id } }')).data.portalCaptcha.id;
  const wrong = { portalCaseProgress: { reason: 'CAPTCHA_WRONG' } };

  test('shows the steps to whoever knows name, number and the text of the picture', async () => {
    const { data } = await ask(shared, PROGRESS, { ...known, id: await picture() });
    const place = '梅江区自然资源分局';
    expect(data).toEqual({
      portalCaseProgress: {
        caseNumber: number,
        steps: [
          { name: '申请', department: place, at: '2024-05-06T09:00:00+08:00' },
          { name: '受理', department: place, at: '2024-05-06T10:00:00+08:00' },
        ],
      },
    });
  });

  test.each([
    { when: 'under another name', given: { name: '古志远' } },
    { when: 'with another number', given: { number: '44140220240506000000000000099' } },
  ])('knows no case $when', async ({ given }) => {
    expect((await ask(shared, PROGRESS, { ...known, ...given, id: await picture() })).data).toEqual({ portalCaseProgress: null });
  });

  test('refuses a text that was read wrongly, and a picture that was used before', async () => {
    const id = await picture();
    expect((await ask(shared, PROGRESS, { ...known, id, captcha: 'wrong' })).data).toEqual(wrong);
    expect((await ask(shared, PROGRESS, { ...known, id })).data).toEqual(wrong);
  });

  test('gives a new picture each time', async () => {
    const { data } = await ask(shared, '{ portalCaptcha { mediaType imageBase64 } }');
    expect(data).toMatchObject({ portalCaptcha: { mediaType: 'image/gif', imageBase64: expect.stringMatching(/^R0lGOD/) } });
    expect(await picture()).not.toBe(await picture());
  });

  test('is not repeated when the portal fails, since the picture is used up', async () => {
    await using harness = await start();
    const { data } = await ask<{ portalCaptcha: { id: string } }>(harness, '{ portalCaptcha { id } }');
    await setFault(harness, '503');
    expect(codesOf(await harness.execute(PROGRESS, { ...known, id: data.portalCaptcha.id }))).toEqual(['UPSTREAM_UNAVAILABLE']);
    expect(callsOf(harness)).toBe(2);
  });

  test('notices the steps of another case', async () => {
    await using harness = await start();
    const { data } = await ask<{ portalCaptcha: { id: string } }>(harness, '{ portalCaptcha { id } }');
    await setFault(harness, 'other-person');
    expect(codesOf(await harness.execute(PROGRESS, { ...known, id: data.portalCaptcha.id }))).toEqual(['UPSTREAM_MISMATCH']);
  });
});

describe('a question that cannot be', () => {
  const progress = (given: Record<string, string>) =>
    `{ portalCaseProgress(${Object.entries({
      applicantName: '梁秀梅',
      caseNumber: '44140220240506000000000000017',
      captchaId: 'A'.repeat(32),
      captcha: 'gd24',
      ...given,
    })
      .map(([name, value]) => `${name}: ${JSON.stringify(value)}`)
      .join(', ')}) { __typename } }`;

  test.each([
    { argument: 'code', source: `{ serviceItem(code: "${marriageRegistration.code.replace(/^1/, '2')}") { name } }` },
    { argument: 'code', source: `{ serviceItem(code: "${marriageRegistration.code.replace('1', '１')}") { name } }` },
    { argument: 'code', source: '{ serviceItem(code: "44140200001234567890441402") { name } }' },
    { argument: 'departmentCode', source: '{ searchServiceItems(departmentCode: "X00001047") { totalCount } }' },
    { argument: 'divisionCode', source: '{ searchServiceItems(divisionCode: "4414020") { totalCount } }' },
    { argument: 'keyword', source: `{ searchServiceItems(keyword: "${'许'.repeat(51)}") { totalCount } }` },
    { argument: 'first', source: '{ searchServiceItems(first: 101) { totalCount } }' },
    { argument: 'after', source: '{ searchServiceItems(after: "x") { totalCount } }' },
    { argument: 'applicantName', source: progress({ applicantName: '' }) },
    { argument: 'caseNumber', source: progress({ caseNumber: '123' }) },
    { argument: 'captchaId', source: progress({ captchaId: 'a; portal=b' }) },
    { argument: 'captcha', source: progress({ captcha: 'ｇｄ２４' }) },
  ])('names the argument $argument and asks nobody', async ({ argument, source }) => {
    await using harness = await start();
    const { errors } = await harness.execute(source);
    expect(errors).toMatchObject([
      { message: expect.stringContaining(`Argument ${argument} `), extensions: { code: 'BAD_USER_INPUT' } },
    ]);
    expect(callsOf(harness)).toBe(0);
  });
});

describe('with nothing kept', () => {
  const asked = {
    list: `{ serviceItem(code: "${marriageRegistration.code}") { name } }`,
    guide: `{ _entities(representations: [{ __typename: "Material", id: "${marriageRegistration.code}.${guid(`${marriageRegistration.code}/居民身份证`)}" }]) { __typename } }`,
    duties: `{ _entities(representations: [{ __typename: "Department", code: "${department('梅江区民政局').code}" }]) { ... on Department { serviceItemDuties { totalCount } } } }`,
    areas: '{ serviceItemAreas { name } }',
  };
  const faults: readonly { kind: FaultKind; code: string }[] = [
    { kind: 'reset', code: 'UPSTREAM_UNAVAILABLE' },
    { kind: '503', code: 'UPSTREAM_UNAVAILABLE' },
    { kind: 'error-code', code: 'UPSTREAM_UNAVAILABLE' },
    { kind: '429', code: 'RATE_LIMITED' },
    { kind: 'html', code: 'UPSTREAM_INVALID' },
    { kind: 'truncate', code: 'UPSTREAM_INVALID' },
    { kind: 'charset', code: 'UPSTREAM_INVALID' },
    { kind: 'huge', code: 'UPSTREAM_INVALID' },
  ];

  test.each(
    (['new', 'old'] as const).flatMap((generation) =>
      (Object.keys(asked) as (keyof typeof asked)[]).map((what) => ({ what, generation })),
    ),
  )('each fault of the portal has its code: $what by the $generation paths', async ({ what, generation }) => {
    await using harness = await start(generation === 'old' ? OLD : {});
    const codes = [];
    for (const { kind } of faults) {
      await setFault(harness, kind);
      codes.push({ kind, code: codesOf(await harness.execute(asked[what]))[0] });
    }
    expect(codes).toEqual(faults);
    await setFault(harness, null);
    expect(codesOf(await harness.execute(asked[what]))).toEqual([]);
  });

  test.each([
    { what: 'list', options: {} },
    { what: 'list', options: OLD },
    { what: 'guide', options: {} },
    { what: 'guide', options: OLD },
    { what: 'duties', options: {} },
  ] as const)('another record than asked is noticed: $what', async ({ what, options }) => {
    await using harness = await start(options);
    await setFault(harness, 'other-person');
    expect(codesOf(await harness.execute(asked[what]))).toEqual(['UPSTREAM_MISMATCH']);
  });

  test('a silent portal is a time-out within the deadline', async () => {
    await using harness = await start();
    await setFault(harness, 'silence');
    const startMs = performance.now();
    expect(codesOf(await harness.execute(asked.list))).toEqual(['UPSTREAM_TIMEOUT']);
    expect(performance.now() - startMs).toBeLessThan(6_000);
  });
});

test.each([
  {
    credentials: { generation: 'newest', area: '441402' },
    sentence: /generation of items\.portal must be new or old; it is "newest"/,
  },
  { credentials: { generation: 'new', area: '4414' }, sentence: /area of items\.portal must be a division of 6 digits/ },
  { credentials: { generation: 'new', area: '441402' }, sentence: null },
])('a wrong configuration stops the start: $credentials', async ({ credentials, sentence }) => {
  const state = openState({ dataDir: null, databaseUrl: null });
  const started = items.start({
    clock: systemClock,
    log: silentLog,
    state,
    sessions: await sharedSessionStore(state),
    inboundOrigin: () => '',
    upstreams: { 'items.portal': { addresses: { main: 'http://127.0.0.1:9' }, credentials } },
  });
  if (sentence) await expect(started).rejects.toThrow(sentence);
  else await (await started).close();
  await state.close();
});
