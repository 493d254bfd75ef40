import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { signAssertion } from '../../kernel/assertion.ts';
import { systemClock } from '../../kernel/clock.ts';
import { callerOf, requestOf } from '../../kernel/sandbox/harness.ts';
import { PEOPLE } from '../../kernel/sandbox/population/people.ts';
import { startTestGraph, type TestGraph } from './client.ts';

const WHO = '{ me { name } __type(name: "StaffMember") { name } }';
const NOBODY = { data: { me: null, __type: null }, errors: [] };
const CITIZEN = { data: { me: { name: PEOPLE.citizenL2.name }, __type: null }, errors: [] };

/** The published key of development, so a genuine assertion for a subgraph: it must not open the gateway. */
const ASSERTION_KEY = 'development-only-assertion-key-0001';

describe('a header that claims who is there', () => {
  let graph: TestGraph;
  let assertion: string;
  beforeAll(async () => {
    graph = await startTestGraph();
    assertion = await signAssertion(requestOf({ caller: callerOf('official') }), 'identity', ASSERTION_KEY, systemClock.now());
  });
  afterAll(() => graph.close());

  test.each([
    { name: 'x-user', value: () => 'official' },
    { name: 'x-user-id', value: () => 'chenlixin' },
    { name: 'x-user-info', value: () => encodeURIComponent(JSON.stringify(callerOf('official'))) },
    { name: 'x-forwarded-user', value: () => 'chenlixin' },
    { name: 'x-remote-user', value: () => 'chenlixin' },
    { name: 'x-tif-uid', value: () => 'chenlixin' },
    { name: 'x-tif-uinfo', value: () => Buffer.from(JSON.stringify({ uid: 'chenlixin' })).toString('base64') },
    { name: 'x-tif-ext', value: () => '{}' },
    { name: 'x-rio-uid', value: () => 'chenlixin' },
    { name: 'x-rio-signature', value: () => 'A'.repeat(64) },
    { name: 'meijiang-assertion', value: () => assertion },
    { name: 'meijiang-caller', value: () => encodeURIComponent(JSON.stringify(callerOf('official'))) },
    { name: 'x-forwarded-client-cert', value: () => 'Hash=00;Subject="CN=civil-affairs-aid"' },
    { name: 'x-ssl-client-verify', value: () => 'SUCCESS' },
    { name: 'cookie', value: () => `_session=x; access_token=${assertion}` },
    { name: 'proxy-authorization', value: () => `Bearer ${assertion}` },
  ])('$name changes nothing, with a token or without', async ({ name, value }) => {
    const headers = { [name]: value() };
    expect(await graph.ask(WHO, { headers })).toMatchObject(NOBODY);
    expect(await graph.ask(WHO, { headers, as: 'citizen-l2' })).toMatchObject(CITIZEN);
  });

  test('is no token either: an assertion for a subgraph is refused as one', async () => {
    const refused = await graph.ask(WHO, { headers: { authorization: `Bearer ${assertion}` } });
    expect(refused).toMatchObject({ status: 401, errors: [{ extensions: { code: 'UNAUTHENTICATED' } }] });
    expect(await graph.ask(WHO, { as: 'official' })).toMatchObject({ data: { __type: { name: 'StaffMember' } } });
  });
});
