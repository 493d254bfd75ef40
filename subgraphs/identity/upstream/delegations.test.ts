import { describe, expect, test } from '@jest/globals';
import { request as httpRequest } from 'undici';
import type { Caller } from '../../../kernel/context.ts';
import type { ErrorCode } from '../../../kernel/errors.ts';
import type { FaultKind } from '../../../kernel/sandbox/fault.ts';
import { callerOf, requestOf } from '../../../kernel/sandbox/harness.ts';
import { ORGANISATIONS } from '../../../kernel/sandbox/population/organisations.ts';
import { PEOPLE } from '../../../kernel/sandbox/population/people.ts';
import { startUpstream } from '../sandbox/upstreamHarness.ts';
import { accountOrganisations } from './delegations.ts';

type Started = Awaited<ReturnType<typeof startUpstream>>;

const PROFILES = ['strict', 'real-life'] as const;
const { uscc } = ORGANISATIONS.company;
const { subjectId } = PEOPLE.companyAgent;
const agent = callerOf('company-agent');
const request = requestOf();

const actsFor = ({ harness }: Started, caller: Caller = agent) => harness.subgraph.signIn?.actsFor(requestOf({ caller }));

/** A tester on the platform's account page; its outcome code. */
async function manage({ harness }: Started, body: unknown): Promise<unknown> {
  const page = `${harness.system('identity').addresses['main']}/pscp/sso/static/manage/info`;
  const reply = await httpRequest(page, { method: 'POST', body: JSON.stringify(body) });
  return ((await reply.body.json()) as { errcode: unknown }).errcode;
}

describe.each(PROFILES)('a delegation (%s)', (profile) => {
  test('is there until it is ended, and again when it was restored', async () => {
    await using started = await startUpstream({}, { profile });
    const { delegations } = started.upstream;
    expect(await delegations.organisationsOf(request, subjectId)).toEqual([uscc]);
    expect(await actsFor(started)).toBe(true);
    expect(await manage(started, { persona: 'company-agent', acts: false })).toBe(0);
    expect(await delegations.organisationsOf(request, subjectId)).toEqual([]);
    expect(await actsFor(started)).toBe(false);
    expect(await manage(started, { persona: 'company-agent', acts: true })).toBe(0);
    expect(await actsFor(started)).toBe(true);
  });

  test('that was ended is none at the next login, either', async () => {
    await using started = await startUpstream({}, { profile });
    const signIn = async () => started.harness.subgraph.signIn?.persona('company-agent', request);
    await manage(started, { persona: 'company-agent', acts: false });
    expect(await signIn()).toMatchObject({ kind: 'PERSON', subject: subjectId, uscc: null });
    await manage(started, { persona: 'company-agent', acts: true });
    expect(await signIn()).toEqual(agent);
  });

  test('opens the one organisation and no other', async () => {
    await using started = await startUpstream({}, { profile });
    expect(await actsFor(started, { ...agent, uscc: ORGANISATIONS.shop.uscc })).toBe(false);
    expect(await actsFor(started, { ...agent, uscc: null })).toBe(false);
    expect(await actsFor(started)).toBe(true);
  });

  test('is nobody’s who acts for himself, or whom the platform does not know', async () => {
    await using started = await startUpstream({}, { profile });
    const { delegations } = started.upstream;
    expect(await delegations.organisationsOf(request, PEOPLE.citizenL2.subjectId)).toEqual([]);
    expect(await delegations.organisationsOf(request, 'gd0000000000000000000000')).toEqual([]);
    expect(await delegations.organisationsOf(request, subjectId)).toEqual([uscc]);
  });

  test('of an organisation’s own account is for itself', async () => {
    await using started = await startUpstream({ organisationLogin: 'DIRECT' }, { profile });
    const own = await started.harness.subgraph.signIn?.persona('company-agent', request);
    expect(own).toMatchObject({ kind: 'AGENT', uscc });
    expect(own?.actor).not.toBe(subjectId);
    expect(await actsFor(started, own ?? agent)).toBe(true);
    expect(await actsFor(started, { ...(own ?? agent), uscc: ORGANISATIONS.shop.uscc })).toBe(false);
  });

  test('is found also where the certificates of people come masked', async () => {
    await using started = await startUpstream({ maskedCertificates: true }, { profile });
    const masked = await started.harness.subgraph.signIn?.persona('company-agent', request);
    expect(masked).toEqual({ ...agent, personKey: null });
    expect(await actsFor(started, masked ?? agent)).toBe(true);
  });
});

test.each([
  { what: 'who is no agent', body: { persona: 'citizen-l2', acts: false }, errcode: 40401 },
  { what: 'whom nobody knows', body: { persona: 'nobody', acts: false }, errcode: 40401 },
  { what: 'without saying what', body: { persona: 'company-agent' }, errcode: 40001 },
  { what: 'of nobody', body: null, errcode: 40401 },
])('the account page changes nothing for somebody $what', async ({ body, errcode }) => {
  await using started = await startUpstream();
  expect(await manage(started, body)).toBe(errcode);
  expect(await actsFor(started)).toBe(true);
  expect(await manage(started, { persona: 'company-agent', acts: false })).toBe(0);
  expect(await actsFor(started)).toBe(false);
});

test('nobody is asked about who has not signed in', async () => {
  await using started = await startUpstream();
  await expect(started.harness.subgraph.signIn?.actsFor(request)).rejects.toMatchObject({ code: 'UNAUTHENTICATED' });
  expect(started.harness.system('identity').calls()).toBe(0);
});

describe('a lookup', () => {
  test.each<[FaultKind, ErrorCode]>([
    ['silence', 'UPSTREAM_TIMEOUT'],
    ['reset', 'UPSTREAM_UNAVAILABLE'],
    ['503', 'UPSTREAM_UNAVAILABLE'],
    ['429', 'RATE_LIMITED'],
    ['error-code', 'UPSTREAM_UNAVAILABLE'],
    ['html', 'UPSTREAM_INVALID'],
    ['truncate', 'UPSTREAM_INVALID'],
    ['charset', 'UPSTREAM_INVALID'],
    ['huge', 'UPSTREAM_INVALID'],
    ['other-person', 'UPSTREAM_MISMATCH'],
  ])('with the fault %s is %s, and good when it is over', async (kind, code) => {
    await using started = await startUpstream();
    const { harness } = started;
    await harness.system('identity').setFault({ kind });
    const startMs = performance.now();
    await expect(actsFor(started)).rejects.toMatchObject({ code, system: 'identity' });
    expect(performance.now() - startMs).toBeLessThan(4_000);
    await harness.system('identity').setFault(null);
    expect(await actsFor(started)).toBe(true);
  });

  test('that is slow is answered', async () => {
    await using started = await startUpstream();
    await started.harness.system('identity').setFault({ kind: 'delay', ms: 200 });
    expect(await actsFor(started)).toBe(true);
  });

  test('goes through the gateway, which knows its applications', async () => {
    await using started = await startUpstream({}, { credentials: { identity: { token: 'wrong' } } });
    await expect(actsFor(started)).rejects.toMatchObject({ code: 'UPSTREAM_REJECTED', system: 'identity' });
    expect(started.harness.system('identity').calls()).toBe(1);
  });
});

describe('what the platform tells of an account', () => {
  const company = { cid: uscc, ctype: '49', name: '某公司' };
  const organisations = (data: unknown) => accountOrganisations(data, 'answer').organisations;

  test.each([
    { what: 'an organisation', corps: [company], found: [uscc] },
    { what: 'several', corps: [company, { cid: ORGANISATIONS.shop.uscc, ctype: 49 }], found: [uscc, ORGANISATIONS.shop.uscc] },
    { what: 'a code in small letters', corps: [{ ...company, cid: uscc.toLowerCase() }], found: [uscc] },
    { what: 'another type of certificate', corps: [{ ...company, ctype: '10' }, company], found: [uscc] },
    { what: 'absent values as the text "null"', corps: [{ cid: 'null', ctype: '', name: 'null' }, {}, company], found: [uscc] },
    { what: 'a masked code', corps: [{ ...company, cid: `${uscc.slice(0, 4)}**********${uscc.slice(-4)}` }], found: [] },
    { what: 'none', corps: [], found: [] },
    { what: 'none as the text "null"', corps: 'null', found: [] },
    { what: 'none as an empty text', corps: '', found: [] },
    { what: 'none by leaving them out', corps: undefined, found: [] },
    {
      what: 'as many as are taken',
      corps: Array.from({ length: 200 }, () => company),
      found: Array.from({ length: 200 }, () => uscc),
    },
  ])('may be $what', ({ corps, found }) => {
    expect(organisations({ uid: 'u1', corps })).toEqual(found);
  });

  test.each([
    { what: 'no account', data: { corps: [company] } },
    { what: 'no object', data: null },
    { what: 'organisations that are no list', data: { uid: 'u1', corps: company } },
    { what: 'an organisation that is no object', data: { uid: 'u1', corps: [uscc] } },
    { what: 'more organisations than are taken', data: { uid: 'u1', corps: Array.from({ length: 201 }, () => company) } },
  ])('with $what cannot be read', ({ data }) => {
    expect(() => organisations(data)).toThrow(expect.objectContaining({ code: 'UPSTREAM_INVALID' }));
    expect(organisations({ uid: 'u1', corps: [company] })).toEqual([uscc]);
  });
});
