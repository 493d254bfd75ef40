import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { manualClock } from '../../kernel/clock.ts';
import { signer } from '../../kernel/signing/scheme.ts';
import { SIGNING } from '../../kernel/signing/table.ts';
import { at, startTestGraph, type TestGraph } from './client.ts';

/** Whether the caller is shown what departments are shown. */
const SHOWN = '{ __type(name: "StaffMember") { name } }';
const FOUND = { status: 200, data: { __type: { name: 'StaffMember' } } };
const REFUSED = { status: 401, errors: [{ extensions: { code: 'UNAUTHENTICATED' } }] };
/** A whole second, as the headers tell the time. */
const START_MS = Math.floor(Date.now() / 1_000) * 1_000;

interface Account {
  readonly paasId: string;
  readonly token: string;
}

describe('an application that signs as towards the provincial gateway', () => {
  let graph: TestGraph;
  let account: Account;
  const clock = manualClock(START_MS);
  beforeAll(async () => {
    graph = await startTestGraph({}, clock);
    const applications = (await (await fetch(`${graph.origin}/dev/applications`)).json()) as { gateway: Account }[];
    account = applications[0]?.gateway ?? { paasId: '', token: '' };
  });
  afterAll(() => graph.close());

  /** The signature headers of a request; right in all that is not given. */
  function signed({ as = account, atMs = clock.now(), nonce = randomBytes(16).toString('hex'), headers = {} } = {}) {
    const call = { method: 'POST', path: '/graphql', headers };
    return { ...signer(SIGNING.tif, as)(call, { nowMs: atMs, nonce }).headers } as Record<string, string>;
  }

  test('is the caller', async () => {
    expect(await graph.ask(SHOWN)).toMatchObject({ status: 200, data: { __type: null } });
    expect(await graph.ask(SHOWN, { headers: signed() })).toMatchObject(FOUND);
  });

  test.each([
    { seconds: -181, answer: REFUSED },
    { seconds: -180, answer: FOUND },
    { seconds: 180, answer: FOUND },
    { seconds: 181, answer: REFUSED },
  ])('with a clock that is $seconds s away gets $answer.status', async ({ seconds, answer }) => {
    expect(await graph.ask(SHOWN, { headers: signed({ atMs: clock.now() + seconds * 1_000 }) })).toMatchObject(answer);
  });

  test('may use a nonce again after ten minutes, and not before', async () => {
    const nonce = 'once-only';
    expect(await graph.ask(SHOWN, { headers: signed({ nonce }) })).toMatchObject(FOUND);
    clock.advance(599_000);
    expect(await graph.ask(SHOWN, { headers: signed({ nonce }) })).toMatchObject(REFUSED);
    clock.advance(1_000);
    expect(await graph.ask(SHOWN, { headers: signed({ nonce }) })).toMatchObject(FOUND);
  });

  test('cannot have the same headers sent with another body: they are used up', async () => {
    const headers = signed();
    expect(await graph.ask(SHOWN, { headers })).toMatchObject(FOUND);
    expect(await graph.ask('{ __typename }', { headers })).toMatchObject(REFUSED);
    const answers = await Promise.all(
      [headers, ...Array.from({ length: 3 }, () => signed({ nonce: 'race' }))].map((each) => graph.ask(SHOWN, { headers: each })),
    );
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 401, 401, 401]);
  });

  test.each([
    { what: 'another token', headers: () => signed({ as: { ...account, token: 'wrong' } }) },
    { what: 'an id that nobody has', headers: () => signed({ as: { ...account, paasId: 'somebody' } }) },
    { what: 'another nonce than the signed one', headers: () => ({ ...signed(), 'x-tif-nonce': 'other' }) },
    {
      what: 'another time than the signed one',
      headers: () => ({ ...signed(), 'x-tif-timestamp': String(Math.floor(clock.now() / 1_000) - 1) }),
    },
    { what: 'a nonce with a comma', headers: () => signed({ nonce: 'a,b' }) },
    { what: 'a nonce that is too long', headers: () => signed({ nonce: 'x'.repeat(65) }) },
    { what: 'no signature', headers: () => ({ 'x-tif-paasid': account.paasId }) },
    { what: 'no id', headers: () => ({ ...signed(), 'x-tif-paasid': '' }) },
    { what: 'a user who was put in afterwards', headers: () => ({ ...signed(), 'x-tif-uid': 'gd1' }) },
  ])('is refused with $what', async ({ headers }) => {
    expect(await graph.ask(SHOWN, { headers: headers() })).toMatchObject(REFUSED);
    expect(await graph.ask(SHOWN, { headers: signed() })).toMatchObject(FOUND);
  });

  test('does not have its nonce used up by somebody who cannot sign', async () => {
    const nonce = 'guessed';
    expect(await graph.ask(SHOWN, { headers: signed({ nonce, as: { ...account, token: 'wrong' } }) })).toMatchObject(REFUSED);
    expect(await graph.ask(SHOWN, { headers: signed({ nonce }) })).toMatchObject(FOUND);
  });

  test('stays what it is when its headers name a user', async () => {
    const user = { 'x-tif-uid': 'gd0000000000000000000001', 'x-tif-uinfo': 'eyJuYW1lIjoi5byg5LiJIn0=', 'x-tif-ext': '' };
    const { data } = await graph.ask(`{ me { name } ${SHOWN.slice(1)}`, { headers: signed({ headers: user }) });
    expect(data).toEqual({ me: null, __type: { name: 'StaffMember' } });
  });

  test('is nobody beside a token: the token alone counts', async () => {
    const headers = { ...signed(), 'x-tif-signature': 'wrong', authorization: `Bearer ${await graph.tokenOf('citizen-l2')}` };
    const { data, errors } = await graph.ask('{ me { name } }', { headers });
    expect(errors).toEqual([]);
    expect(at(data, 'me', 'name')).toBeTruthy();
  });

  test('begins no stream', async () => {
    const subscribe = (headers: Record<string, string>) =>
      graph.post('/graphql', { query: 'subscription { __typename }' }, { accept: 'text/event-stream', ...headers });
    expect((await subscribe(signed())).status).toBe(401);
    expect((await subscribe({ authorization: `Bearer ${await graph.tokenOf('citizen-l2')}` })).status).toBe(200);
  });
});
