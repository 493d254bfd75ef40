import { createHash } from 'node:crypto';
import type { OrganisationRecord } from '../../../kernel/sandbox/population/organisations.ts';
import type { PersonRecord } from '../../../kernel/sandbox/population/people.ts';
import { PERSONAS } from '../../../kernel/sandbox/population/personas.ts';
import { ticketOf } from '../../../kernel/sandbox/population/tickets.ts';
import type { Profile } from '../../../kernel/sandbox/system.ts';
import { maskIdentityNumber, maskName } from '../../../kernel/standards/masking.ts';
import { CERTIFICATE_CODES } from './certificateCodes.ts';
import type { Generation } from '../upstream/platformUser.ts';
import type { Switches } from './switches.ts';

/** A test identity of the login page. */
export interface TestIdentity {
  readonly id: string;
  readonly title: string;
  readonly person: PersonRecord;
  readonly organisation: OrganisationRecord | null;
}

/** The personas that have an account on the platform: citizens of every level, and the agent of a company. */
export const TEST_IDENTITIES: readonly TestIdentity[] = PERSONAS.flatMap(({ id, title, account }): TestIdentity[] => {
  if (account.kind === 'PERSON') return [{ id, title, person: account.person, organisation: null }];
  if (account.kind === 'AGENT') return [{ id, title, person: account.person, organisation: account.organisation }];
  return [];
});

/** `userobj` and `pareobj` of a login, in the dialect of one generation. */
export function userAnswer({ person, organisation }: TestIdentity, dialect: Dialect): Readonly<Record<string, unknown>> {
  const ticket = ticketOf(person, organisation);
  const human = userObject(humanFields(person, dialect), dialect);
  // The text "null", not JSON's null.
  if (!organisation) return { userobj: { ...human, tokenid: ticket }, pareobj: 'null' };
  const corporate = userObject(corporateFields(organisation, person, dialect), dialect);
  return dialect.switches.organisationLogin === 'DIRECT'
    ? { userobj: { ...corporate, tokenid: ticket }, pareobj: 'null' }
    : { userobj: { ...human, tokenid: ticket }, pareobj: corporate };
}

/** What decides how a user is written. */
export interface Dialect {
  readonly generation: Generation;
  readonly profile: Profile;
  readonly switches: Switches;
}

type Fields = Readonly<Record<string, string | null>>;

function humanFields(person: PersonRecord, { switches }: Dialect): Fields {
  const { subjectId, name, certificateType, certificateNumber, assurance, mobile, sex, address } = person;
  const starCid = maskIdentityNumber(certificateNumber);
  return {
    uid: subjectId,
    account: `mj_${person.id}`,
    account_type: 'human',
    name,
    cid: switches.maskedCertificates ? starCid : certificateNumber,
    ctype: CERTIFICATE_CODES[certificateType],
    mobile,
    sex: sex === 'MALE' ? '1' : '2',
    address,
    level: assurance,
    realname_checked: assurance >= 'L2' ? '1' : '0',
    realname_time: assurance >= 'L2' ? '1714521600' : null,
    face_time: assurance === 'L3' ? '1714521600' : null,
    star_cid: starCid,
    star_name: maskName(name),
  };
}

/** The identifier of an organisation's own account. */
export const corporateUid = ({ uscc }: Pick<OrganisationRecord, 'uscc'>): string =>
  `gd${createHash('sha256').update(uscc).digest('hex').slice(0, 22)}`;

function corporateFields(
  { uscc, name, legalRepresentative }: OrganisationRecord,
  agent: PersonRecord,
  { switches }: Dialect,
): Fields {
  return {
    uid: corporateUid({ uscc }),
    account: `mj_corp_${uscc.slice(-6)}`,
    account_type: 'corp',
    name,
    cid: uscc,
    ctype: '49',
    level: agent.assurance,
    legal_person: legalRepresentative.name,
    legal_person_cid: legalRepresentative.certificateNumber,
    legal_person_ctype: CERTIFICATE_CODES[legalRepresentative.certificateType],
    [switches.linkPersonSpelling]: agent.name,
    link_person_cid: agent.certificateNumber,
    link_person_ctype: CERTIFICATE_CODES[agent.certificateType],
  };
}

/** What both kinds of accounts may lack. */
const OPTIONAL: Fields = {
  mobile: null,
  sex: null,
  address: null,
  realname_time: null,
  face_time: null,
  legal_person: null,
  link_person_cid: null,
};
const COMMON: Fields = {
  login_type: 'password',
  uversion: '1.0',
  origin: 'gdbs',
  from: 'meijiang',
  times: '12',
  sid: 'sandbox-sid',
  auth_uid: 'sandbox-auth',
};

function userObject(fields: Fields, { generation, profile }: Dialect): Readonly<Record<string, unknown>> {
  const all = written({ ...OPTIONAL, ...COMMON, ...fields }, profile);
  const { uid, account, name, ...further } = all;
  if (generation === '2') return { ...all, cn: name, extension: { cid_md5: md5(all['cid'] ?? '') } };
  // Generation 1: `uid` is the login name, and everything beyond the names is a list of texts.
  return {
    uid: account,
    cn: name,
    useridcode: uid,
    extproperties: Object.entries(further).map(([key, value]) => `${key}=${value}`),
  };
}

/** What is absent is left out, as published; in practice it is the text "null" or nothing. */
const written = (fields: Fields, profile: Profile): Readonly<Record<string, string>> =>
  Object.fromEntries(
    Object.entries(fields).flatMap(([key, value], index) => {
      if (value !== null) return [[key, value]];
      return profile === 'strict' ? [] : [[key, index % 2 === 0 ? 'null' : '']];
    }),
  );

const md5 = (text: string): string => createHash('md5').update(text).digest('hex');
