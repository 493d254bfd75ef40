import { request, type IncomingMessage } from 'node:http';
import { once } from 'node:events';
import { json } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { SignJWT } from 'jose';
import { startTestGraph, type TestGraph } from './client.ts';

let graph: TestGraph;
beforeAll(async () => {
  graph = await startTestGraph();
});
afterAll(() => graph.close());

const fanOut = (spread: (name: string) => string, levels = 40): string =>
  `query { ...F0 } ${Array.from({ length: levels }, (_, level) => `fragment F${level} on Query { ${spread(`F${level + 1}`)} }`).join(' ')} fragment F${levels} on Query { __typename }`;

const deep = (levels: number): string =>
  `{ me { ${'actingFor { legalRepresentative { '.repeat(levels / 2)} name ${'} }'.repeat(levels / 2)} } }`;

describe('bad input gets a coded error at once', () => {
  test.each([
    { what: 'a document that cannot be parsed', query: '{ me ', code: 'GRAPHQL_PARSE_FAILED', status: 400 },
    {
      what: 'a document nested deeper than a parser can follow',
      query: '{a'.repeat(4_900),
      code: 'OPERATION_TOO_COSTLY',
      status: 400,
    },
    {
      what: 'a document nested deeper than a validator can follow',
      query: `{${`${'a{'.repeat(1_600)}b${'}'.repeat(1_600)}`.repeat(2)}}`,
      code: 'OPERATION_TOO_COSTLY',
      status: 400,
    },
    {
      what: 'a purpose whose variable is null',
      query: 'query ($code: String = "own-records") @purpose(code: $code) { me { name } }',
      variables: { code: null },
      code: 'BAD_USER_INPUT',
      status: 400,
    },
    { what: 'an unknown field', query: '{ nobody }', code: 'GRAPHQL_VALIDATION_FAILED', status: 400 },
    {
      what: 'an item code that is too short',
      query: '{ serviceItem(code: "123") { name } }',
      code: 'BAD_USER_INPUT',
      status: 200,
    },
    {
      what: 'an item code with a wrong check character',
      query: '{ serviceItem(code: "11441402X0000102XA4440131001000") { name } }',
      code: 'BAD_USER_INPUT',
      status: 200,
    },
    { what: 'full-width digits', query: '{ division(code: "４４１４０２") { name } }', code: 'BAD_USER_INPUT', status: 200 },
    {
      what: 'a credit code with a wrong check character',
      query: '{ organization(uscc: "91441402X00000027A") { name } }',
      code: 'BAD_USER_INPUT',
      status: 200,
    },
    {
      what: 'a notice number of 19 digits',
      query: '{ paymentNotice(number: "4414022400000000001") { amount } }',
      code: 'BAD_USER_INPUT',
      status: 200,
      as: 'citizen-l2',
    },
    {
      what: 'a page of a thousand',
      query: '{ searchServiceItems(first: 1000) { totalCount } }',
      code: 'BAD_USER_INPUT',
      status: 200,
    },
    {
      what: 'a cursor of somebody else',
      query: '{ searchServiceItems(after: "zzz") { totalCount } }',
      code: 'BAD_USER_INPUT',
      status: 200,
    },
    {
      what: 'a place outside the world',
      query: '{ reverseGeocode(lon: 500, lat: 24.3) { formattedAddress } }',
      code: 'BAD_USER_INPUT',
      status: 200,
    },
    {
      what: 'a missing variable',
      query: 'query ($code: ID!) { serviceItem(code: $code) { name } }',
      code: 'BAD_USER_INPUT',
      status: 400,
    },
    {
      what: 'an operation that nobody has',
      query: 'query A { me { name } } query B { me { name } }',
      code: 'BAD_USER_INPUT',
      status: 400,
    },
    {
      what: 'an unknown purpose',
      query: 'query @purpose(code: "curiosity") { me { name } }',
      code: 'BAD_USER_INPUT',
      status: 400,
    },
    { what: 'a query of depth 40', query: deep(40), code: 'OPERATION_TOO_COSTLY', status: 400 },
    {
      what: 'fragments that each spread the next twice',
      query: fanOut((next) => `...${next} ...${next}`),
      code: 'OPERATION_TOO_COSTLY',
      status: 400,
    },
    {
      what: 'fragments that each nest the next under two fields',
      query: fanOut((next) => `a: me { ...${next} } b: me { ...${next} }`),
      code: 'OPERATION_TOO_COSTLY',
      status: 400,
    },
    {
      what: 'too many fields that nobody has, before anybody looks for them',
      query: `{ ${Array.from({ length: 31 }, (_, i) => `nobody${i}`).join(' ')} }`,
      code: 'OPERATION_TOO_COSTLY',
      status: 400,
    },
    {
      what: 'too many tokens in what cannot be parsed',
      query: `{ me { name } ${'name '.repeat(5_000)}`,
      code: 'OPERATION_TOO_COSTLY',
      status: 400,
    },
    {
      what: 'pages of a thousand million',
      query: '{ searchServiceItems(first: 1000000000) { nodes { name } } }',
      code: 'OPERATION_TOO_COSTLY',
      status: 400,
    },
    {
      what: 'pages of a thousand million, as a default',
      query: 'query ($n: Int = 1000000000) { searchServiceItems(first: $n) { nodes { name } } }',
      code: 'OPERATION_TOO_COSTLY',
      status: 400,
    },
    {
      what: 'two operations, of which the one that is not asked for has too many aliases',
      query: `query A { me { name } } query B { me { ${Array.from({ length: 101 }, (_, i) => `x${i}: name`).join(' ')} } }`,
      code: 'OPERATION_TOO_COSTLY',
      status: 400,
    },
  ])('$what: $code', async ({ query, variables, code, status, as }) => {
    const answer = await graph.ask(query, { ...(variables ? { variables } : {}), ...(as ? { as } : {}) });
    expect(answer.errors.map(({ extensions }) => extensions.code)).toEqual([code]);
    expect(answer.status).toBe(status);
    expect(answer.ms).toBeLessThan(5_000);
    expect(JSON.stringify(answer.errors)).not.toContain('call stack');
  });

  test('every mistake of a document is told, at its place and without a hint at other names', async () => {
    const { status, errors } = await graph.ask('{ me { nam } divisio }');
    expect(status).toBe(400);
    expect(errors).toEqual([
      expect.objectContaining({ message: 'Cannot query field "nam" on type "Person".', locations: [{ line: 1, column: 8 }] }),
      expect.objectContaining({ message: 'Cannot query field "divisio" on type "Query".', locations: [{ line: 1, column: 14 }] }),
    ]);
  });

  test('an operation may ask for as much as who asks it may have', async () => {
    const query =
      '{ division(code: "441402") { children { children { children { code name level englishName parent { code } } } } } }';
    const anonymous = await graph.ask(query);
    expect(anonymous).toMatchObject({ status: 400, errors: [{ extensions: { code: 'OPERATION_TOO_COSTLY' } }] });
    const citizen = await graph.ask(query, { as: 'citizen-l2' });
    expect(citizen).toMatchObject({ status: 200, errors: [], data: { division: { children: expect.any(Array) } } });
  });

  test('a known operation is refused by its variables', async () => {
    const query = 'query ($n: Int) { searchServiceItems(first: $n) { nodes { name } } }';
    for (let round = 0; round < 2; round += 1) {
      const within = await graph.ask(query, { variables: { n: 1 } });
      expect(within).toMatchObject({ status: 200, errors: [], data: { searchServiceItems: { nodes: [{}] } } });
      const beyond = await graph.ask(query, { variables: { n: 1e9 } });
      expect(beyond).toMatchObject({ status: 400, errors: [{ extensions: { code: 'OPERATION_TOO_COSTLY' } }] });
    }
  });

  test('a text is as long by GET', async () => {
    const get = (query: string) =>
      fetch(`${graph.origin}/graphql?${new URLSearchParams({ query })}`, { headers: { 'apollo-require-preflight': '1' } });
    const refused = await get(`{me{name}}${'{'.repeat(41)}`);
    expect(refused.status).toBe(400);
    await expect(refused.json()).resolves.toMatchObject({ errors: [{ extensions: { code: 'OPERATION_TOO_COSTLY' } }] });
    expect((await get('{me{name}}')).status).toBe(200);
  });

  test.each(['NOPE', ''])(
    'an operation named %p that the document has not: nothing runs, also not by GET',
    async (operationName) => {
      const query =
        'mutation Pay { createPayment(input: { noticeNumber: "44140224000000000017", channel: WECHAT, returnUrl: "https://example.org/x", idempotencyKey: "never-run-1" }) { __typename } }';
      const authorization = `Bearer ${await graph.tokenOf('citizen-l2')}`;
      const posted = await graph.post('/graphql', { query, operationName }, { authorization });
      const got = await fetch(`${graph.origin}/graphql?${new URLSearchParams({ query, operationName })}`, {
        headers: { authorization, 'apollo-require-preflight': '1' },
      });
      for (const response of [posted, got]) expect(response.status).toBeGreaterThanOrEqual(400);
      const { data } = await graph.ask('{ me { payments { totalCount } } }', { as: 'citizen-l2' });
      expect(data).toEqual({ me: { payments: { totalCount: 0 } } });
    },
  );

  test('absent is null, not an error', async () => {
    const { data, errors } = await graph.ask(
      '{ serviceItem(code: "11441402X0000102XH4440199999000") { name } division(code: "441402004999") { name } }',
    );
    expect(errors).toEqual([]);
    expect(data).toEqual({ serviceItem: null, division: null });
  });

  test.each([
    { what: 'an expired token', expiresIn: '-1 minute' },
    { what: 'a token that somebody else signed', expiresIn: '1 hour' },
  ])('$what: UNAUTHENTICATED', async ({ expiresIn }) => {
    const token = await new SignJWT({ kind: 'PERSON' })
      .setProtectedHeader({ alg: 'HS256', typ: 'at+jwt' })
      .setSubject('x')
      .setJti('x')
      .setIssuedAt()
      .setExpirationTime(expiresIn)
      .sign(new TextEncoder().encode('another key of at least thirty-two characters'));
    const answer = await graph.ask('{ division(code: "441402") { name } }', { headers: { authorization: `Bearer ${token}` } });
    expect(answer).toMatchObject({ status: 401, errors: [{ extensions: { code: 'UNAUTHENTICATED' } }] });
    await expect(graph.ask('{ division(code: "441402") { name } }')).resolves.toMatchObject({
      data: { division: { name: '梅江区' } },
    });
  });

  test('a body of 2 MB is refused before it is read', async () => {
    const response = await graph.post('/graphql', { query: `{ __typename } # ${'x'.repeat(2 * 1024 * 1024)}` });
    expect(response.status).toBe(413);
    await expect(response.json()).resolves.toMatchObject({ errors: [{ extensions: { code: 'BAD_USER_INPUT' } }] });
  });

  test.each([
    { what: 'no JSON', body: '{"query":', type: 'application/json', status: 400 },
    { what: 'no UTF-8', body: Buffer.from([0x7b, 0xff, 0xfe]), type: 'application/json', status: 400 },
    { what: 'a batch', body: '[{"query":"{__typename}"}]', type: 'application/json', status: 400 },
  ])('a body that is $what is refused', async ({ body, type, status }) => {
    const response = await fetch(`${graph.origin}/graphql`, { method: 'POST', headers: { 'content-type': type }, body });
    expect(response.status).toBe(status);
    await expect(response.json()).resolves.toMatchObject({ errors: [{ extensions: { code: 'BAD_USER_INPUT' } }] });
  });

  test('a form from another site is refused', async () => {
    const response = await fetch(`${graph.origin}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'text/plain' },
      body: '{"query":"{__typename}"}',
    });
    expect(response.status).toBe(400);
  });

  test.each(['/nowhere', '/explorer/constructor'])('the unknown path %s answers JSON', async (path) => {
    const response = await fetch(`${graph.origin}${path}`);
    expect(response.status).toBe(404);
    await expect(response.json()).resolves.toMatchObject({ errors: [{ extensions: { code: 'BAD_USER_INPUT' } }] });
  });

  test('anonymous callers see what is public and nothing else', async () => {
    const { data, errors } = await graph.ask(
      '{ me { name } paymentNotice(number: "44140224000000000017") { amount } division(code: "441402") { name } }',
    );
    expect(data).toEqual({ me: null, paymentNotice: null, division: { name: '梅江区' } });
    expect(errors.map(({ extensions, path }) => [extensions.code, path])).toEqual([['UNAUTHENTICATED', ['paymentNotice']]]);
  });
});

describe('no message quotes what was sent', () => {
  const PRIVATE = '441402199001011234';
  const issue = (expiresOn: string): string =>
    `{ issuePaymentNotice(input: { payer: { name: "${PRIVATE}", certificateType: RESIDENT_ID, certificateNumber: "${PRIVATE}" }, items: [], expiresOn: ${expiresOn}, idempotencyKey: "quoted-1" }) { __typename } }`;
  const pay = (noticeNumber: string): string =>
    `{ createPayment(input: { noticeNumber: ${noticeNumber}, channel: WECHAT, returnUrl: "${PRIVATE}", idempotencyKey: "quoted-2" }) { __typename } }`;

  test.each<{ where: string; query: string; variables?: object; as?: string; code: string }>([
    { where: 'out of place', query: `{ me "${PRIVATE}" }`, code: 'GRAPHQL_PARSE_FAILED' },
    {
      where: 'as a number',
      query: `{ searchServiceItems(first: "${PRIVATE}") { totalCount } }`,
      code: 'GRAPHQL_VALIDATION_FAILED',
    },
    {
      where: 'in a list',
      query: `{ searchServiceItems(first: ["${PRIVATE}"]) { totalCount } }`,
      code: 'GRAPHQL_VALIDATION_FAILED',
    },
    { where: 'in an object', query: `{ division(code: { x: "${PRIVATE}" }) { name } }`, code: 'GRAPHQL_VALIDATION_FAILED' },
    { where: 'as an enum', query: `mutation ${pay('"1"').replace('WECHAT', `"${PRIVATE}"`)}`, code: 'GRAPHQL_VALIDATION_FAILED' },
    {
      where: 'by default',
      query: `query ($n: Int = "${PRIVATE}") { searchServiceItems(first: $n) { totalCount } }`,
      code: 'GRAPHQL_VALIDATION_FAILED',
    },
    {
      where: 'in a variable',
      query: 'query ($n: Int) { searchServiceItems(first: $n) { totalCount } }',
      variables: { n: PRIVATE },
      code: 'BAD_USER_INPUT',
    },
    {
      where: 'beside a variable that is null',
      query: `mutation ($n: String = "1") ${pay('$n')}`,
      variables: { n: null },
      code: 'BAD_USER_INPUT',
    },
    { where: 'as a date', query: `mutation ${issue(`"${PRIVATE}"`)}`, as: 'official', code: 'BAD_USER_INPUT' },
    {
      where: 'as a date in a variable',
      query: `mutation ($d: Date!) ${issue('$d')}`,
      variables: { d: PRIVATE },
      as: 'official',
      code: 'BAD_USER_INPUT',
    },
  ])('$where: $code', async ({ query, variables = {}, as = 'citizen-l2', code }) => {
    const { errors } = await graph.ask(query, { variables, as });
    expect(errors.map(({ extensions }) => extensions.code)).toEqual([code]);
    expect(JSON.stringify(errors)).not.toContain(PRIVATE);
  });

  test('but says where and what was expected', async () => {
    const { errors } = await graph.ask('{ searchServiceItems(first: "x") { totalCount } }');
    expect(errors).toMatchObject([{ message: expect.stringMatching(/first.*Int/), locations: [{ line: 1, column: 29 }] }]);
  });
});

describe('the development paths', () => {
  test('list at least twelve personas, and a token comes for each', async () => {
    const personas = (await (await fetch(`${graph.origin}/dev/personas`)).json()) as { id: string; title: string }[];
    expect(personas.length).toBeGreaterThanOrEqual(12);
    for (const { id } of personas) {
      const response = await graph.post('/dev/token', { persona: id });
      expect([id, response.status]).toEqual([id, 200]);
      await expect(response.json()).resolves.toMatchObject({ access_token: expect.any(String) });
    }
  });

  test('give no token while identity is silent, but a code', async () => {
    await graph.setFault('identity', { kind: 'silence' });
    const response = await graph.post('/dev/token', { persona: 'citizen-l3' });
    await graph.setFault('identity', null);
    expect(response.status).toBe(504);
    await expect(response.json()).resolves.toMatchObject({
      errors: [{ extensions: { code: 'UPSTREAM_TIMEOUT', system: 'identity' } }],
    });
    expect((await graph.post('/dev/token', { persona: 'citizen-l3' })).status).toBe(200);
  });

  test('give no token when identity answers with another person, but a code', async () => {
    await graph.setFault('identity', { kind: 'other-person' });
    const response = await graph.post('/dev/token', { persona: 'citizen-l3' });
    await graph.setFault('identity', null);
    expect(response.status).toBe(502);
    const answer = await response.json();
    expect(answer).toMatchObject({ errors: [{ extensions: { code: 'UPSTREAM_MISMATCH', system: 'identity' } }] });
    expect(answer).not.toHaveProperty('access_token');
    expect((await graph.post('/dev/token', { persona: 'citizen-l3' })).status).toBe(200);
  });

  test.each([
    { what: 'an unknown persona', run: () => graph.post('/dev/token', { persona: 'nobody' }), status: 400 },
    { what: 'an unknown system', run: () => graph.setFault('nobody', { kind: 'silence' }), status: 404 },
    { what: 'an unknown fault', run: () => graph.setFault('licence', { kind: 'sleepy' }), status: 400 },
  ])('refuse $what', async ({ run, status }) => {
    expect((await run()).status).toBe(status);
  });

  async function under(headers: Record<string, string>) {
    const asked = request(`${graph.origin}/dev/personas`, { headers }).end();
    const [response] = (await once(asked, 'response')) as [IncomingMessage];
    return { status: response.statusCode, body: await json(response) };
  }

  test.each([
    { what: 'this machine', headers: { host: 'localhost:4000' } },
    { what: 'this machine by IPv6', headers: { host: '[::1]' } },
    { what: 'this machine, from its own page', headers: { host: '127.0.0.1:4000', origin: 'http://127.0.0.1:4000' } },
  ])('answer under the name of $what', async ({ headers }) => {
    await expect(under(headers)).resolves.toMatchObject({ status: 200 });
  });

  test.each([
    { what: 'under another name', headers: { host: 'rebound.example.org:4000' } },
    { what: 'under a name that begins like ours', headers: { host: 'localhost.example.org' } },
    { what: 'from another site', headers: { host: '127.0.0.1:4000', origin: 'https://example.org' } },
    { what: 'from another port', headers: { host: '127.0.0.1:4000', origin: 'http://127.0.0.1:4001' } },
    { what: 'from a page without a name', headers: { host: '127.0.0.1:4000', origin: 'null' } },
  ])('refuse what is asked $what', async ({ headers }) => {
    const { status, body } = await under(headers);
    expect(status).toBe(403);
    expect(body).toMatchObject({ errors: [{ extensions: { code: 'FORBIDDEN' } }] });
  });

  test.each(['/health', '/ready'])('%s says that it is up', async (path) => {
    expect((await fetch(`${graph.origin}${path}`)).status).toBe(200);
  });

  test('the explorer needs no address outside this machine', async () => {
    const reply = await fetch(`${graph.origin}/explorer`);
    expect(reply.headers.get('content-security-policy')).toMatch(/^default-src 'none'; script-src 'self';/);
    const page = await reply.text();
    expect(page).not.toMatch(/<script>|\son\w+=/); // the policy would keep them from running
    const assets = [...page.matchAll(/(?:src|href)="([^"]+)"/g)]
      .map(([, address]) => address ?? '')
      .filter((address) => !address.startsWith('data:'));
    expect(assets.length).toBe(5);
    for (const asset of assets) {
      expect(asset).toMatch(/^\/explorer\//);
      expect((await fetch(`${graph.origin}${asset}`)).status).toBe(200);
    }
  });
});
