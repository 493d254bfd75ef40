import { requireCaller, type Caller, type RequestContext } from '../../../kernel/context.ts';
import { ServiceError } from '../../../kernel/errors.ts';
import { field, string, unexpected, type Parse } from '../../../kernel/parse.ts';
import { PERSONAS, type Persona } from '../../../kernel/sandbox/population/personas.ts';
import type { BrowserLogin, SignIn } from '../../../kernel/subgraph.ts';
import type { UpstreamClient } from '../../../kernel/upstream/client.ts';
import type { UpstreamCall } from '../../../kernel/upstream/call.ts';
import type { StaffRecord } from '../state.ts';
import type { Upstream } from '../upstream.ts';
import { personKeyFrom } from './certificateTypes.ts';
import type { Login } from './platformUser.ts';
import { authorizePage, authorizeUrl } from './unifiedLogin.ts';
import { staffAuthorizePage, staffAuthorizeUrl } from './staffLogin.ts';

/**
 * The login of an account of the identity platform as a caller. For an organisation's account, or one that acts under it, the
 * organisation's own facts come from the upper account and the ticket always from the one that logged in.
 *
 * @throws UPSTREAM_INVALID when an organisation's account names no social credit code.
 */
export function callerOfLogin({ account, parent }: Login): Caller {
  const organisation = [parent, account].find((user) => user?.kind === 'CORP');
  const human = account.kind === 'HUMAN' ? account : organisation?.linkPerson;
  const uscc = organisation ? usccOf(organisation.certificate) : null;
  return {
    subject: uscc ?? account.subjectId,
    actor: account.subjectId,
    kind: uscc ? 'AGENT' : 'PERSON',
    name: human?.name ?? account.name,
    department: null,
    assurance: account.assurance,
    personKey: personKeyFrom(human?.certificate ?? null),
    uscc,
    credential: account.ticket,
  };
}

const usccOf = (certificate: Login['account']['certificate']): string =>
  certificate?.type === 'USCC' ? certificate.number : unexpected('cid', 'a social credit code');

/** A staff member as a caller. His employer has seen his identity card, which counts as the highest level [inferred]. */
const callerOfStaff = ({ staffId, name, departmentCode, personKey }: StaffRecord): Caller => ({
  subject: staffId,
  actor: staffId,
  kind: 'STAFF',
  name,
  department: departmentCode,
  assurance: 'L3',
  personKey,
  uscc: null,
  credential: null,
});

/**
 * The whole login of a citizen or agent from the code that the browser brought back.
 *
 * @param redirectUri The one that the page was opened with; the client's own when absent.
 */
export const signInByCode = async (
  upstream: Upstream,
  request: RequestContext,
  code: string,
  redirectUri?: string,
): Promise<Caller> => callerOfLogin(await upstream.unifiedLogin.complete(request, code, redirectUri));

/**
 * The whole login of a staff member from the code that the mobile office gave.
 *
 * @throws FORBIDDEN when the account is not in the directory, or is disabled or locked.
 */
export async function signInStaffByCode(
  { staffLogin, directory, directorySync }: Upstream,
  request: RequestContext,
  code: string,
): Promise<Caller> {
  const staffId = await staffLogin.complete(request, code);
  const find = async () => (await directory.staff([staffId])).get(staffId);
  const member = (await find()) ?? ((await directorySync.filled(request)) ? await find() : undefined);
  if (!member?.active) throw new ServiceError('FORBIDDEN', 'This staff account is not in the directory, or it is disabled.');
  return callerOfStaff(member);
}

/**
 * Signs browsers in by the two login pages, and the sandbox's personas, each by the login of his kind; and tells of an agent
 * whether he still is one.
 *
 * @throws UPSTREAM_MISMATCH when a persona's login ends with another account.
 */
export const signInOf = (upstream: Upstream): SignIn => ({
  begin: async (login) => pageFor(login, upstream),
  complete: (login, code, request) =>
    login.page === 'staff' ? signInStaffByCode(upstream, request, code) : signInByCode(upstream, request, code, stateful(login)),
  persona: async (id, request) => {
    const persona = PERSONAS.find((entry) => entry.id === id);
    return persona ? signInPersona(upstream, request, persona) : null;
  },
  actsFor: async (request) => {
    const { actor, uscc } = requireCaller(request);
    return uscc !== null && (await upstream.delegations.organisationsOf(request, actor)).includes(uscc);
  },
});

const pageFor = (login: BrowserLogin, { unifiedLogin, staffLogin }: Upstream): string =>
  login.page === 'staff'
    ? staffAuthorizeUrl({ ...staffLogin.client, redirectUri: login.redirectUri }, login.state)
    : authorizeUrl({ ...unifiedLogin.client, redirectUri: stateful(login) });

/** Neither generation of the platform's page knows a state, but both bring parameters of our own address back. */
const stateful = ({ redirectUri, state }: BrowserLogin): string => `${redirectUri}?${new URLSearchParams({ state })}`;

async function signInPersona(upstream: Upstream, request: RequestContext, { id, account }: Persona): Promise<Caller> {
  const { unifiedLogin, staffLogin } = upstream;
  switch (account.kind) {
    case 'PERSON':
    case 'AGENT': {
      const page = { ...authorizePage(unifiedLogin.client), address: unifiedLogin.address };
      const caller = await signInByCode(upstream, request, await choose(unifiedLogin.http, request, page, id));
      const { person } = account;
      // An agent whose delegation was ended comes back as the citizen that he is.
      const subjects = account.kind === 'AGENT' ? [account.organisation.uscc, person.subjectId] : [person.subjectId];
      // An organisation has several agents, so its code alone does not say who came back; a masked certificate says nothing.
      const isChosen = subjects.includes(caller.subject) && (caller.personKey ?? person.personKey) === person.personKey;
      requireChosen('identity', isChosen);
      return caller;
    }
    case 'STAFF': {
      const page = { ...staffAuthorizePage(staffLogin.client, 'sandbox'), address: 'authorize' };
      const caller = await signInStaffByCode(upstream, request, await choose(staffLogin.http, request, page, id));
      requireChosen('office.yzy', caller.subject === account.staffId);
      return caller;
    }
    case 'APPLICATION':
      // There is no login system for applications: the gateway's register of applications says who they are.
      return {
        subject: account.applicationId,
        actor: account.applicationId,
        kind: 'APPLICATION',
        name: account.applicationId,
        department: account.departmentCode,
        assurance: 'L0',
        personKey: null,
        uscc: null,
        credential: null,
      };
  }
}

/**
 * Codes and tokens name nobody and only the last reply of a login says whose it is, so it can be compared with nothing but the
 * choice on the page. That is known of personas; of a citizen who logs in with his own browser it is not.
 */
function requireChosen(system: string, isChosen: boolean): void {
  if (isChosen) return;
  throw new ServiceError('UPSTREAM_MISMATCH', `The system ${system} answered with another account than was chosen.`, { system });
}

/** What a tester does on the sandbox's page: chooses himself, and is sent back with a code [modelled]. */
const choose = (
  http: UpstreamClient,
  request: RequestContext,
  page: Pick<UpstreamCall, 'path' | 'address'> & { query: Readonly<Record<string, string>> },
  persona: string,
): Promise<string> =>
  http.call(
    request,
    {
      ...page,
      operation: 'page',
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ persona }),
      safe: false,
    },
    codeInRedirect,
  );

const codeInRedirect: Parse<string> = (payload, place) => {
  const redirect = field(payload, 'redirect', string, place);
  return (
    (URL.canParse(redirect) && new URL(redirect).searchParams.get('code')) ||
    unexpected(`${place}.redirect`, 'an address with a code')
  );
};
