import { describe, expect, test } from '@jest/globals';
import { isLeafType, isObjectType, getNamedType, type ExecutionResult } from 'graphql';
import { manualClock } from '../../kernel/clock.ts';
import { requestOf, startWithSandbox } from '../../kernel/sandbox/harness.ts';
import { ORGANISATIONS } from '../../kernel/sandbox/population/organisations.ts';
import { PEOPLE, RESIDENTS } from '../../kernel/sandbox/population/people.ts';
import { STORY_CASES } from '../../kernel/sandbox/population/stories.ts';
import {
  APPLICATION,
  CASE,
  as,
  at,
  callsOf,
  cardOf,
  codeOf,
  codesOf,
  official,
  one,
  organisation,
  persons,
  rewired,
  start,
} from './sandbox/asking.ts';
import { licenceRow } from './sandbox/row.ts';
import { SEEDED_LICENCES, seededCode, type Holder, type SeededLicence } from './sandbox/seeds.ts';
import { LICENCE_TYPES } from './seed/licenceTypes.ts';

const { realEstate, foodPermit } = STORY_CASES;

describe('own licences', () => {
  test.each([
    { persona: 'citizen-l2', person: PEOPLE.citizenL2, types: ['110000901', '110001001', '110000101', '110000301'] },
    { persona: 'minor', person: PEOPLE.minor, types: ['110000101', '110000201'] },
    { persona: 'hk-permit-holder', person: PEOPLE.hongKongPermitHolder, types: ['110000401'] },
    { persona: 'rare-name', person: PEOPLE.rareName, types: ['110000101', '110000301'] },
    { persona: 'shop-owner', person: PEOPLE.shopOwner, types: ['210000201', '210000101', '110000101', '110000301'] },
    { persona: 'wife', person: PEOPLE.wife, types: ['110000101', '110000301', '110000801', '110000501'] },
  ])('$persona sees his, newest first, with one call', async ({ persona, person, types }) => {
    await using harness = await start();
    let answer: ExecutionResult = {};
    const calls = await callsOf(harness, async () => {
      answer = await persons(harness, [person], as(persona));
    });
    expect(answer.errors).toBeUndefined();
    const nodes = at(answer, 'data._entities.0.licences.nodes');
    expect(nodes).toEqual(types.map((code) => expect.objectContaining({ type: { code }, status: 'ISSUED' })));
    expect(calls).toBe(1);
  });

  test('husband and wife hold one marriage certificate', async () => {
    await using harness = await start();
    const fields = 'licences(type: "110000501") { nodes { code holders { name maskedNumber certificateType } } }';
    const [his, hers] = [
      await persons(harness, [PEOPLE.husband], as('husband'), fields),
      await persons(harness, [PEOPLE.wife], as('wife'), fields),
    ];
    expect(his.data).toEqual(hers.data);
    expect(at(his, 'data._entities.0.licences.nodes.0.holders')).toEqual([
      { name: PEOPLE.husband.name, maskedNumber: expect.stringMatching(/^441490\*{10}/), certificateType: 'RESIDENT_ID' },
      { name: PEOPLE.wife.name, maskedNumber: expect.stringMatching(/^441490\*{10}/), certificateType: 'RESIDENT_ID' },
    ]);
  });

  test('151 licences are two calls, and pages walk through all of them', async () => {
    await using harness = await start();
    let first: ExecutionResult = {};
    const calls = await callsOf(harness, async () => {
      first = await persons(harness, [PEOPLE.collector], as('collector'));
    });
    expect(calls).toBe(2);
    const page = at(first, 'data._entities.0.licences');
    expect(page).toMatchObject({ totalCount: 151, pageInfo: { hasNextPage: true } });
    const after = at(page, 'pageInfo.endCursor');
    const second = await persons(
      harness,
      [PEOPLE.collector],
      as('collector'),
      `licences(first: 100, after: "${String(after)}") { nodes { code } pageInfo { hasNextPage } }`,
    );
    const codes = [page, at(second, 'data._entities.0.licences')].flatMap((each) => at(each, 'nodes') as { code: string }[]); // asked for above
    expect(new Set(codes.map(({ code }) => code)).size).toBe(151);
    expect(at(second, 'data._entities.0.licences.pageInfo.hasNextPage')).toBe(false);
  });

  test.each([
    { filter: 'status: ABOLISHED', types: ['110000501'] },
    { filter: 'type: "110001301"', types: ['110001301'] },
    { filter: 'type: "110001301", status: ABOLISHED', types: [] },
  ])('filtered by $filter', async ({ filter, types }) => {
    await using harness = await start();
    const answer = await persons(
      harness,
      [PEOPLE.citizenL3],
      as('citizen-l3'),
      `licences(${filter}) { totalCount nodes { type { code } } }`,
    );
    expect(at(answer, 'data._entities.0.licences')).toEqual({
      totalCount: types.length,
      nodes: types.map((code) => ({ type: { code } })),
    });
  });

  test('an agent sees those of his organisation, without what is not issued yet', async () => {
    await using harness = await start();
    const answer = await organisation(harness, ORGANISATIONS.company.uscc, as('company-agent'));
    expect(answer.errors).toBeUndefined();
    expect(at(answer, 'data._entities.0.licences.nodes')).toEqual([
      expect.objectContaining({ type: { code: '210000301' }, status: 'ISSUED' }),
      expect.objectContaining({ type: { code: '210000101' }, status: 'ISSUED' }),
    ]);
  });
});

describe('by duty', () => {
  test.each([
    { people: 50, calls: 1 },
    { people: 51, calls: 2 },
  ])('the licences of $people people are $calls call(s)', async ({ people, calls }) => {
    await using harness = await start();
    let answer: ExecutionResult = {};
    const needed = await callsOf(harness, async () => {
      answer = await persons(harness, RESIDENTS.slice(10, 10 + people), official());
    });
    expect(answer.errors).toBeUndefined();
    expect(at(answer, 'data._entities')).toEqual(
      Array.from({ length: people }, () => ({ licences: expect.objectContaining({ totalCount: 2 }) })),
    );
    expect(needed).toBe(calls);
  });

  test('a batch that fills more than a page is complete', async () => {
    await using harness = await start();
    let answer: ExecutionResult = {};
    const calls = await callsOf(harness, async () => {
      answer = await persons(
        harness,
        [PEOPLE.citizenL2, PEOPLE.collector, PEOPLE.husband],
        official(),
        'licences { totalCount }',
      );
    });
    expect(at(answer, 'data._entities')).toEqual([4, 151, 3].map((totalCount) => ({ licences: { totalCount } })));
    expect(calls).toBe(2);
  });

  test('persons and organisations go in one call, drafts included', async () => {
    await using harness = await start();
    let answer: ExecutionResult = {};
    const calls = await callsOf(harness, async () => {
      answer = await harness.execute(
        `query ($of: [_Any!]!) { _entities(representations: $of) {
          ... on Person { licences { totalCount } } ... on Organization { licences { nodes { status } } } } }`,
        {
          of: [
            { __typename: 'Person', personKey: PEOPLE.minor.personKey },
            { __typename: 'Organization', uscc: ORGANISATIONS.company.uscc },
            { __typename: 'Organization', uscc: ORGANISATIONS.association.uscc },
          ],
        },
        official(),
      );
    });
    expect(at(answer, 'data._entities')).toEqual([
      { licences: { totalCount: 2 } },
      { licences: { nodes: ['DRAFT', 'REGISTERED', 'ISSUED', 'ISSUED'].map((status) => ({ status })) } },
      { licences: { nodes: [] } },
    ]);
    expect(calls).toBe(1);
  });

  test('the system is told item, case and operator', async () => {
    let body: unknown = null;
    await using harness = await startWithSandbox(
      rewired((request, usual) => {
        if (request.path.endsWith('/license/auth')) body = JSON.parse(request.body);
        return usual(request);
      }),
    );
    await persons(harness, RESIDENTS.slice(0, 2), official());
    expect(body).toMatchObject({
      identity_number: `${RESIDENTS[0]?.certificateNumber},${RESIDENTS[1]?.certificateNumber}`,
      service_item_code: realEstate.item.code,
      biz_num: realEstate.number,
      page_index: 1,
      page_size: 150,
      operator: {
        account: 'chenlixin',
        name: PEOPLE.official.name,
        identity_num: PEOPLE.official.certificateNumber,
        service_org_code: 'X00001038',
        division_code: '441402',
      },
    });
  });

  test('a department application may ask as well', async () => {
    await using harness = await start();
    const answer = await persons(harness, [PEOPLE.minor], as('department-application', CASE), 'licences { totalCount }');
    expect(answer).toEqual({ data: { _entities: [{ licences: { totalCount: 2 } }] } });
  });

  test('a counter clerk finds a holder by certificate for the case of the purpose', async () => {
    await using harness = await start();
    const ask = (caseNumber: string) =>
      harness.execute(
        `query ($case: ID!, $number: String!) {
          licencesForCase(caseNumber: $case, holder: { certificateType: HK_MACAO_PERMIT, number: $number }) { nodes { name holders { certificateType } } } }`,
        { case: caseNumber, number: PEOPLE.hongKongPermitHolder.certificateNumber },
        official(),
      );
    expect(await ask(realEstate.number)).toEqual({
      data: { licencesForCase: { nodes: [{ name: '居住证', holders: [{ certificateType: 'HK_MACAO_PERMIT' }] }] } },
    });
    expect(codesOf(await ask(foodPermit.number))).toEqual(['PURPOSE_DENIED']);
  });
});

describe('who may see', () => {
  test.each([
    { who: 'nobody in particular', request: () => requestOf(), person: PEOPLE.citizenL2, code: 'UNAUTHENTICATED' },
    { who: 'another citizen', request: () => as('citizen-l3'), person: PEOPLE.citizenL2, code: 'FORBIDDEN' },
    { who: 'an agent asking about a person', request: () => as('company-agent'), person: PEOPLE.citizenL2, code: 'FORBIDDEN' },
    { who: 'an agent asking about himself', request: () => as('company-agent'), person: PEOPLE.companyAgent, code: 'FORBIDDEN' },
    { who: 'an official without purpose', request: () => as('official'), person: PEOPLE.citizenL2, code: 'PURPOSE_REQUIRED' },
    { who: 'an official asking about himself', request: official, person: PEOPLE.official, code: 'FORBIDDEN' },
    { who: 'a citizen without real name', request: () => as('citizen-l0'), person: PEOPLE.citizenL0, code: 'ASSURANCE_TOO_LOW' },
  ])('$who: $code, and no call', async ({ request, person, code }) => {
    await using harness = await start();
    const calls = await callsOf(harness, async () => {
      const answer = await persons(harness, [person], request());
      expect(codesOf(answer)).toEqual([code]);
      expect(at(answer, 'data._entities.0.licences')).toBeNull();
    });
    expect(calls).toBe(0);
  });

  test('in a batch only the forbidden slot fails', async () => {
    await using harness = await start();
    const answer = await persons(harness, [PEOPLE.citizenL3, PEOPLE.citizenL2], as('citizen-l2'), 'licences { totalCount }');
    expect(at(answer, 'data._entities')).toEqual([{ licences: null }, { licences: { totalCount: 4 } }]);
    expect(answer.errors).toEqual([expect.objectContaining({ path: ['_entities', 0, 'licences'] })]);
  });

  const BY_CODE = 'query ($code: ID!) { licence(code: $code) { code name subjectKeys } }';
  const BY_REFERENCE =
    'query ($code: ID!) { _entities(representations: [{ __typename: "Licence", code: $code }]) { ... on Licence { code name subjectKeys } } }';
  const PRESENT = `mutation ($code: ID!) { presentLicence(input: { licenceCode: $code, idempotencyKey: "present/1" }) {
    __typename ... on LicenceRefused { reason message } } }`;
  test.each([
    { what: 'a question', source: BY_CODE, found: { licence: { code: cardOf(PEOPLE.citizenL3) } } },
    { what: 'a reference', source: BY_REFERENCE, found: { _entities: [{ code: cardOf(PEOPLE.citizenL3) }] } },
    { what: 'a presentation', source: PRESENT, found: { presentLicence: { __typename: 'LicencePresentation' } } },
  ])('$what: somebody else’s licence answers like an absent one, to the letter and to the call', async ({ source, found }) => {
    const ask = async (code: string) => {
      await using harness = await start(); // of its own, as one key presents one licence
      let answer: ExecutionResult = {};
      const calls = await callsOf(harness, async () => {
        answer = await harness.execute(source, { code }, as('citizen-l3', APPLICATION));
      });
      return { answer, calls };
    };
    const theirs = await ask(cardOf(PEOPLE.citizenL2));
    expect(JSON.stringify(theirs)).toBe(JSON.stringify(await ask('441402202000000000')));
    expect(theirs.answer.errors).toBeUndefined();
    expect(theirs.answer.data).not.toMatchObject(found);
    expect(await ask(cardOf(PEOPLE.citizenL3))).toMatchObject({ answer: { data: found }, calls: theirs.calls }); // positive control
  });

  test('one’s own licences need real-name level L2', async () => {
    await using harness = await start();
    const fields = 'code faceData { key } verification { valid } file(format: PDF) { name }';
    const basic = await one(harness, cardOf(PEOPLE.citizenL1), as('citizen-l1'), fields);
    expect(codesOf(basic)).toEqual(['ASSURANCE_TOO_LOW']);
    expect(basic.data).toEqual({ licence: null });
    expect((await one(harness, cardOf(PEOPLE.citizenL2), as('citizen-l2'), fields)).errors).toBeUndefined();
  });
});

describe('whom a licence is about', () => {
  const { citizenL2, husband, wife, shopOwner } = PEOPLE;
  const { shop, company } = ORGANISATIONS;
  const marriage = codeOf(husband, '110000501', '2012-02-14');
  const shopPermit = seededCode({ number: shop.uscc }, '210000201', '2018-09-10');
  const companyLicence = seededCode({ number: company.uscc }, '210000101', '2016-05-20');
  const residence = codeOf(PEOPLE.hongKongPermitHolder, '110000401', '2023-09-18');
  const reference =
    'query ($code: ID!) { _entities(representations: [{ __typename: "Licence", code: $code }]) { ... on Licence { subjectKeys } } }';

  test.each([
    { who: 'its holder', request: as('citizen-l2'), code: cardOf(citizenL2), keys: [citizenL2.personKey] },
    { who: 'an official', request: official(), code: cardOf(citizenL2), keys: [citizenL2.personKey] },
    { who: 'the husband', request: as('husband'), code: marriage, keys: [husband.personKey, wife.personKey] },
    { who: 'the wife', request: as('wife'), code: marriage, keys: [husband.personKey, wife.personKey] },
    { who: 'the owner of a shop', request: as('shop-owner'), code: shopPermit, keys: [shop.uscc, shopOwner.personKey] },
    { who: 'an agent', request: as('company-agent'), code: companyLicence, keys: [company.uscc] },
    { who: 'a holder with a permit', request: as('hk-permit-holder'), code: residence, keys: ['HK_MACAO_PERMIT:H00000017'] },
  ])('to $who: $keys, in one call', async ({ request, code, keys }) => {
    await using harness = await start();
    const calls = await callsOf(harness, async () => {
      expect(await one(harness, code, request, 'subjectKeys')).toEqual({ data: { licence: { subjectKeys: keys } } });
    });
    expect(calls).toBe(1);
    expect(await harness.execute(reference, { code }, request)).toEqual({ data: { _entities: [{ subjectKeys: keys }] } });
    expect(await harness.execute(reference, { code }, as('citizen-l3'))).toEqual({ data: { _entities: [null] } });
  });

  test('a list is about the holder who was asked about, however few licences it has', async () => {
    await using harness = await start();
    const fields = 'licences(type: "110001101") { subjectKeys totalCount }';
    expect((await persons(harness, [citizenL2], as('citizen-l2'), fields)).data).toEqual({
      _entities: [{ licences: { subjectKeys: [citizenL2.personKey], totalCount: 0 } }],
    });
    expect((await organisation(harness, company.uscc, as('company-agent'), 'licences { subjectKeys }')).data).toEqual({
      _entities: [{ licences: { subjectKeys: [company.uscc] } }],
    });
    const forCase = await harness.execute(
      `query ($case: ID!, $number: String!) { licencesForCase(caseNumber: $case, holder: { certificateType: RESIDENT_ID, number: $number }) {
        subjectKeys nodes { subjectKeys } } }`,
      { case: CASE.caseNumber, number: wife.certificateNumber },
      official(),
    );
    expect(at(forCase, 'data.licencesForCase.subjectKeys')).toEqual([wife.personKey]);
    expect(at(forCase, 'data.licencesForCase.nodes')).toContainEqual({ subjectKeys: [husband.personKey, wife.personKey] });
  });

  test('one’s licences of a type are about oneself', async () => {
    await using harness = await start();
    const source = '{ licenceTypes { code held { subjectKeys } } }';
    const { data } = await harness.execute(source, {}, as('wife'));
    expect(at(data, 'licenceTypes')).toContainEqual({ code: '110000801', held: [{ subjectKeys: [wife.personKey] }] });
  });
});

describe('a licence of two', () => {
  const { husband, wife } = PEOPLE;
  const code = codeOf(husband, '110000501', '2012-02-14');
  const CERTIFICATE = SEEDED_LICENCES.find((each) => each.code === code)!; // the population has it

  /** The subgraph over a system whose marriage certificate has other holders or another face; everything else is as it was. */
  const withCertificate = (over: Partial<SeededLicence>) => {
    const context = { realLife: true, sign: () => '', publicKey: '' };
    const changed = (extent: 'LIST' | 'WHOLE') => licenceRow({ ...CERTIFICATE, ...over }, extent, context);
    const withAuthCode = (row: object) => ({
      ...changed('data_fields' in row && row.data_fields ? 'WHOLE' : 'LIST'),
      ...authCodeOf(row),
    });
    const replace = (value: unknown): unknown => {
      if (Array.isArray(value)) return value.map(replace);
      if (typeof value !== 'object' || value === null) return value;
      if ('license_code' in value && value.license_code === code) return withAuthCode(value);
      return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, replace(inner)]));
    };
    return startWithSandbox(
      rewired(async (request, usual) => {
        const reply = await usual(request);
        return typeof reply.body === 'string' ? { ...reply, body: JSON.stringify(replace(JSON.parse(reply.body))) } : reply;
      }),
    );
  };
  const authCodeOf = (row: object) => ('auth_code' in row ? { auth_code: row.auth_code } : {});
  const PARTICULARS = { XB: '男', MZ: '汉', CSRQ: husband.birthDate, XJZDZ: husband.address, XL: '本科', ZL: '梅江一路9号' };
  const keysOf = (answer: ExecutionResult) => (at(answer, 'data.licence.faceData') as { key: string }[]).map(({ key }) => key);

  test.each(['husband', 'wife'] as const)(
    'names to the %s the other with his masked number and leaves out whose particulars they may be',
    async (persona) => {
      await using harness = await withCertificate({ face: PARTICULARS });
      const answer = await one(harness, code, as(persona), 'holders { name maskedNumber } faceData { key value }');
      expect(answer.errors).toBeUndefined();
      expect(at(answer, 'data.licence.holders')).toEqual(
        [husband, wife].map(({ name, certificateNumber }) => ({
          name,
          maskedNumber: `${certificateNumber.slice(0, 6)}**********${certificateNumber.slice(-2)}`,
        })),
      );
      expect(keysOf(answer)).toEqual(expect.arrayContaining(['name', 'holderName', 'holderNumber', 'location']));
      const text = JSON.stringify(answer.data);
      for (const { birthDate, address, certificateNumber } of [husband, wife]) {
        expect(text).not.toContain(birthDate);
        expect(text).not.toContain(address);
        expect(text).not.toContain(certificateNumber);
      }
      expect(keysOf(answer).filter((key) => ['sex', 'ethnicity', 'birthDate', 'address', 'education'].includes(key))).toEqual([]);
    },
  );

  test.each([
    { who: 'an official', request: official(), holders: CERTIFICATE.holders },
    { who: 'who holds it alone', request: as('husband'), holders: CERTIFICATE.holders.slice(0, 1) },
  ])('is shown whole to $who', async ({ request, holders }) => {
    await using harness = await withCertificate({ face: PARTICULARS, holders });
    const answer = await one(harness, code, request, 'faceData { key value }');
    expect(keysOf(answer)).toEqual(expect.arrayContaining(['sex', 'ethnicity', 'birthDate', 'address', 'education']));
  });

  test('leads from its holders to nobody: they are no more than name, masked number and type of certificate', async () => {
    await using harness = await start();
    const holder = harness.subgraph.schema.getType('LicenceHolder');
    const fields = isObjectType(holder) ? Object.values(holder.getFields()) : [];
    expect(fields.map(({ name }) => name)).toEqual(['name', 'maskedNumber', 'certificateType']);
    expect(fields.every(({ type }) => isLeafType(getNamedType(type)))).toBe(true);
    const other = await persons(harness, [wife], as('husband'));
    expect(codesOf(other)).toEqual(['FORBIDDEN']);
    expect((await persons(harness, [wife], as('wife'))).errors).toBeUndefined(); // positive control
  });

  const unknown: Holder = { name: '某人', type: '90', number: '军字第0012345号' };
  test.each([
    {
      who: 'a holder',
      request: as('husband'),
      holders: [...CERTIFICATE.holders.slice(0, 1), unknown],
      keys: [husband.personKey],
    },
    { who: 'an official', request: official(), holders: [...CERTIFICATE.holders.slice(0, 1), unknown], keys: null },
    {
      who: 'a holder by his number alone',
      request: as('husband'),
      holders: [{ name: husband.name, type: '90', number: husband.certificateNumber }],
      keys: [husband.personKey],
    },
    {
      who: 'an official who gets the number alone',
      request: official(),
      holders: [{ name: husband.name, type: '90', number: husband.certificateNumber }],
      keys: null,
    },
    { who: 'an official where nobody is named', request: official(), holders: [], keys: null },
    {
      who: 'an official where one is named twice',
      request: official(),
      holders: [CERTIFICATE.holders[0]!, CERTIFICATE.holders[0]!],
      keys: [husband.personKey],
    },
  ])('with a holder of an unknown certificate is about $keys to $who', async ({ request, holders, keys }) => {
    await using harness = await withCertificate({ holders });
    expect(await one(harness, code, request, 'subjectKeys')).toEqual({ data: { licence: { subjectKeys: keys } } });
  });
});

describe('wrong input costs no call', () => {
  const byCode = 'query ($text: ID!) { licence(code: $text) { code } }';
  const byHolder = `query ($text: String!) {
    licencesForCase(caseNumber: "${realEstate.number}", holder: { certificateType: RESIDENT_ID, number: $text }) { totalCount } }`;
  const ofPerson = (argument: string, type: string) => `query ($text: ${type}) {
    _entities(representations: [{ __typename: "Person", personKey: "${PEOPLE.citizenL2.personKey}" }]) {
      ... on Person { licences(${argument}: $text) { totalCount } } } }`;
  const reference = (type: string, field: string) => `query ($text: String!) {
    _entities(representations: [{ __typename: "${type}", ${field}: $text }]) {
      ... on Person { licences { totalCount } } ... on Organization { licences { totalCount } } ... on Licence { name } } }`;

  test.each([
    { what: 'a licence code that is too short', query: byCode, text: '44140220180' },
    { what: 'a licence code in full-width digits', query: byCode, text: '４４１４０２２０１８００００００００' },
    {
      what: 'an identifier whose check is wrong',
      query: byCode,
      text: '1.2.156.3005.2.11100000000013338W001.11441402X00000019B.20240000000000000001.001.C',
    },
    { what: 'an identity number whose check is wrong', query: byHolder, text: '441402188001010012' },
    { what: 'an identity number of month 13', query: byHolder, text: '441402188113010016' },
    { what: 'an identity number in full-width digits', query: byHolder, text: '４４１４０２１８８００１０１００１１' },
    { what: 'a type that is none', query: ofPerson('type', 'ID'), text: '1100001' },
    { what: 'a cursor that is none', query: ofPerson('after', 'String'), text: 'next' },
    { what: 'a person key that is none', query: reference('Person', 'personKey'), text: 'RESIDENT_ID:441402188001010012' },
    { what: 'a social credit code whose check is wrong', query: reference('Organization', 'uscc'), text: '91441402X00000027Y' },
    { what: 'a reference to an impossible licence', query: reference('Licence', 'code'), text: 'licence-1' },
  ])('$what', async ({ query, text }) => {
    await using harness = await start();
    const calls = await callsOf(harness, async () => {
      const answer = await harness.execute(query, { text }, official());
      expect(codesOf(answer)).toEqual(['BAD_USER_INPUT']);
      expect(answer.errors?.[0]?.message).not.toContain(text);
    });
    expect(calls).toBe(0);
  });

  test('a page of 101, while 100 is allowed', async () => {
    await using harness = await start();
    const page = (first: number) => persons(harness, [PEOPLE.citizenL2], official(), `licences(first: ${first}) { totalCount }`);
    expect(codesOf(await page(101))).toEqual(['BAD_USER_INPUT']);
    expect(harness.system('licence').calls()).toBe(0);
    expect((await page(100)).errors).toBeUndefined();
  });
});

describe('a licence', () => {
  const FIELDS =
    'code identifier name type { name category kind } maskedNumber status issuer { name department { code } } issuedOn validFrom validUntil indefinite expired trustLevel division { code }';

  test.each(['strict', 'real-life'] as const)('as the list shows it (%s)', async (profile) => {
    await using harness = await start({ profile });
    const answer = await one(harness, cardOf(PEOPLE.citizenL2), as('citizen-l2'), FIELDS);
    expect(answer).toEqual({
      data: {
        licence: {
          code: cardOf(PEOPLE.citizenL2),
          identifier: null,
          name: '中华人民共和国居民身份证',
          type: { name: '居民身份证', category: 'PERSONAL', kind: 'CERTIFICATE' },
          maskedNumber: expect.stringMatching(/^441490\*{10}[0-9X]{2}$/),
          status: 'ISSUED',
          issuer: { name: '梅江区公安分局', department: { code: 'X00001054' } },
          issuedOn: '2018-03-01',
          validFrom: '2018-03-01',
          validUntil: '2038-03-01',
          indefinite: false,
          expired: false,
          trustLevel: 'A',
          division: { code: '441402000000' },
        },
      },
    });
  });

  test.each([
    {
      what: 'a far-future date',
      person: PEOPLE.collector,
      persona: 'collector',
      code: cardOf(PEOPLE.collector),
      shown: { validUntil: null, indefinite: true, expired: false },
    },
    {
      what: 'no date at all',
      person: PEOPLE.citizenL2,
      persona: 'citizen-l2',
      code: codeOf(PEOPLE.citizenL2, '110000301', '2015-08-20'),
      shown: { validFrom: null, validUntil: null, indefinite: true },
    },
    {
      what: 'a permit that has expired',
      person: PEOPLE.shopOwner,
      persona: 'shop-owner',
      code: seededCode({ number: ORGANISATIONS.shop.uscc }, '210000201', '2018-09-10'),
      shown: { validUntil: '2023-09-09', indefinite: false, expired: true },
    },
    {
      what: 'an identifier whose check is wrong',
      person: PEOPLE.shopOwner,
      persona: 'shop-owner',
      code: seededCode({ number: ORGANISATIONS.shop.uscc }, '210000101', '2018-09-01'),
      shown: { identifier: null },
    },
    {
      what: 'an identifier',
      persona: 'company-agent',
      code: seededCode({ number: ORGANISATIONS.company.uscc }, '210000101', '2016-05-20'),
      shown: { identifier: expect.stringMatching(/^1\.2\.156\.3005\.2\./) },
    },
  ])('with $what', async ({ persona, code, shown }) => {
    await using harness = await start();
    expect(at(await one(harness, code, as(persona), FIELDS), 'data.licence')).toMatchObject(shown);
  });

  test('the last day of validity still counts, in Beijing', async () => {
    const clock = manualClock(Date.parse('2038-03-01T15:59:59Z'));
    await using harness = await start({ clock });
    const expired = async () =>
      at(await one(harness, cardOf(PEOPLE.citizenL2), as('citizen-l2'), 'expired'), 'data.licence.expired');
    expect(await expired()).toBe(false);
    clock.advance(1_000);
    expect(await expired()).toBe(true);
  });

  test('references resolve in one call, in their order, absent ones null', async () => {
    await using harness = await start();
    const people = RESIDENTS.slice(0, 50);
    const codes = people.map(cardOf);
    let answer: ExecutionResult = {};
    const calls = await callsOf(harness, async () => {
      answer = await harness.execute(
        'query ($of: [_Any!]!) { _entities(representations: $of) { ... on Licence { code name } } }',
        { of: [...codes.slice(0, 49), '441402202000000000'].map((code) => ({ __typename: 'Licence', code })) },
        official(),
      );
    });
    expect(answer.errors).toBeUndefined();
    expect(at(answer, 'data._entities')).toEqual([
      ...codes.slice(0, 49).map((code) => ({ code, name: '中华人民共和国居民身份证' })),
      null,
    ]);
    expect(calls).toBe(1);
  });
});

describe('licence types', () => {
  test('the catalogue is public and costs no call', async () => {
    await using harness = await start();
    const answer = await harness.execute('{ licenceTypes { code name englishName category kind held { code } } }');
    expect(answer.errors).toBeUndefined();
    expect(at(answer, 'data.licenceTypes')).toEqual(LICENCE_TYPES.map((type) => ({ ...type, held: null })));
    expect(harness.system('licence').calls()).toBe(0);
  });

  test('codes have the published form and are unique', () => {
    expect(LICENCE_TYPES.every(({ code }) => /^\d{7}01$/.test(code))).toBe(true);
    expect(new Set(LICENCE_TYPES.map(({ code }) => code)).size).toBe(17);
  });

  test('what the caller holds of every type is one list', async () => {
    await using harness = await start();
    let answer: ExecutionResult = {};
    const calls = await callsOf(harness, async () => {
      answer = await harness.execute('{ licenceTypes { code held { type { code } status } } }', {}, as('citizen-l3'));
    });
    expect(calls).toBe(1);
    const held = Object.fromEntries(
      (at(answer, 'data.licenceTypes') as { code: string; held: unknown[] }[]).map((type) => [type.code, type.held]), // asked for above
    );
    expect(held['110001301']).toEqual([{ type: { code: '110001301' }, status: 'ISSUED' }]);
    expect(held['110000501']).toEqual([]); // abolished, so no longer held
  });

  test('at most 20 of a type', async () => {
    await using harness = await start();
    const answer = await harness.execute(
      'query ($of: [_Any!]!) { _entities(representations: $of) { ... on LicenceType { held { issuedOn } } } }',
      { of: [{ __typename: 'LicenceType', code: '110001101' }] },
      as('collector'),
    );
    const held = at(answer, 'data._entities.0.held') as { issuedOn: string }[]; // asked for above
    expect(held).toHaveLength(20);
    expect(held[0]?.issuedOn).toBe('2024-05-15');
  });

  test('staff hold none', async () => {
    await using harness = await start();
    const answer = await harness.execute('{ licenceTypes { held { code } } }', {}, official());
    expect(answer.errors).toBeUndefined();
    expect(at(answer, 'data.licenceTypes.0.held')).toBeNull();
  });
});

describe('seeds', () => {
  test('codes are unique and of the published form', () => {
    expect(new Set(SEEDED_LICENCES.map(({ code }) => code)).size).toBe(SEEDED_LICENCES.length);
    expect(SEEDED_LICENCES.every(({ code }) => /^441402\d{4}[0-9A-F]{8}$/.test(code))).toBe(true);
  });

  test('every type of the catalogue is held by somebody', () => {
    expect(new Set(SEEDED_LICENCES.map(({ typeCode }) => typeCode))).toEqual(new Set(LICENCE_TYPES.map(({ code }) => code)));
  });
});
