import type { AssuranceLevel } from '../../../kernel/context.ts';
import { field, list, nullable, oneOf, optional, record, string, text, type Parse } from '../../../kernel/parse.ts';
import type { Certificate } from '../../../kernel/standards/certificate.ts';
import { certificateFrom } from './certificateTypes.ts';

/** The two generations of the identity platform that are in use side by side. */
export type Generation = '1' | '2';

/** A human being as an account tells of him. */
export interface NamedPerson {
  readonly name: string;
  /** null when the account has none, shows it masked, or names a type that nobody published. */
  readonly certificate: Certificate | null;
}

/** One account of the identity platform. */
export interface PlatformUser extends NamedPerson {
  /** Stable and opaque; the same for both generations. */
  readonly subjectId: string;
  /** `CORP` is the account of an organisation; its certificate is the unified social credit code. */
  readonly kind: 'HUMAN' | 'CORP';
  readonly assurance: AssuranceLevel;
  /** The single sign-on ticket; only the account that logged in has one. */
  readonly ticket: string | null;
  /** Who acts for an organisation, as its account says. */
  readonly linkPerson: NamedPerson | null;
}

/** What a login says: the account that logged in and, for an agent, the organisation's account above it. */
export interface Login {
  readonly account: PlatformUser & { readonly ticket: string };
  readonly parent: PlatformUser | null;
}

const LEVELS = { L0: 'L0', L1: 'L1', L2: 'L2', L3: 'L3' } as const satisfies Record<AssuranceLevel, AssuranceLevel>;

/** The answer about a user: `userobj`, and `pareobj` that is the text "null" when there is none. */
export const login =
  (generation: Generation): Parse<Login> =>
  (value, place) => {
    const account = field(value, 'userobj', platformUser(generation), place);
    return {
      account: { ...account, ticket: field(account, 'ticket', string, place) },
      parent: optional(value, 'pareobj', platformUser(generation), place),
    };
  };

const platformUser =
  (generation: Generation): Parse<PlatformUser> =>
  (value, place) => {
    const user = flattened(value, place);
    return {
      // Generation 1 calls the login name `uid` and the stable identifier `useridcode`.
      subjectId: field(user, generation === '1' ? 'useridcode' : 'uid', string, place),
      kind: optional(user, 'account_type', string, place) === 'corp' ? 'CORP' : 'HUMAN',
      name: optional(user, 'cn', string, place) ?? field(user, 'name', string, place),
      certificate: certificateOf(user, 'cid', 'ctype', place),
      assurance: assuranceOf(user, place),
      ticket: optional(user, 'tokenid', string, place),
      linkPerson: linkPersonOf(user, place),
    };
  };

/** The fields of a user, flat. */
export type Fields = Readonly<Record<string, unknown>>;

/** Generation 1 puts further fields into a list of `"key=value"` texts; a value may hold the sign itself. */
function flattened(value: unknown, place: string): Fields {
  const { extproperties, ...user } = record(value, place);
  const further = nullable(list(string))(extproperties, `${place}.extproperties`) ?? [];
  return { ...user, ...Object.fromEntries(further.map(pairOf)) };
}

const pairOf = (property: string): [string, string] => {
  const [name = '', ...rest] = property.split('=');
  return [name, rest.join('=')];
};

/** `star_cid` is never looked at: it is for display, and a number with stars in it is none. */
const certificateOf = (user: Fields, number: string, type: string, place: string): Certificate | null =>
  certificateFrom(optional(user, type, text, place), optional(user, number, string, place));

/** The platform marks every level from L2 up as checked; a level that it does not vouch for counts as matched only. */
export function assuranceOf(user: Fields, place: string): AssuranceLevel {
  const level = optional(user, 'level', oneOf(LEVELS), place) ?? 'L0';
  return level > 'L1' && optional(user, 'realname_checked', text, place) === '0' ? 'L1' : level;
}

/** Deployments spell the name in two ways. */
function linkPersonOf(user: Fields, place: string): NamedPerson | null {
  const name = optional(user, 'link_person_name', string, place) ?? optional(user, 'linkpersonname', string, place);
  return name === null ? null : { name, certificate: certificateOf(user, 'link_person_cid', 'link_person_ctype', place) };
}
