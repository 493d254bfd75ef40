import type { AccessBasis } from '../../../kernel/context.ts';
import { invariant } from '../../../kernel/errors.ts';
import { field, oneOf, optional, string, text, unexpected, type Parse } from '../../../kernel/parse.ts';
import { parsePersonKey } from '../../../kernel/standards/certificate.ts';
import { maskPhone } from '../../../kernel/standards/masking.ts';
import type { Surroundings } from '../../../kernel/subgraph.ts';
import type { CallOrigin } from '../../../kernel/upstream/call.ts';
import { createLibrary, date, divisionCode, recordsOf } from './baseLibrary.ts';
import { certificateFrom, certificateTypeCode, personKeyFrom } from './certificateTypes.ts';

/** The operation that finds natural persons. */
export const FIND_PEOPLE = '/ebus/jck/api/v1/zrr/list';

/** A natural person as the base library has him. */
export interface PersonRecord {
  readonly personKey: string;
  readonly subjectId: string | null;
  readonly name: string;
  readonly sex: 'MALE' | 'FEMALE' | null;
  /** `yyyy-MM-dd` */
  readonly birthDate: string | null;
  /** Masked at the border: nobody behind it needs the number. */
  readonly maskedMobile: string | null;
  readonly address: string | null;
  /** 12 digits. */
  readonly divisionCode: string | null;
}

/** By which of its two keys a person is asked for. */
export type PersonKeyField = 'personKey' | 'subjectId';

/** The base library of natural persons (自然人库). */
export interface PersonLibrary {
  /** At most 200 people by one of their keys, in one call; a person whom the library does not know is not in the answer. */
  find(
    request: CallOrigin,
    by: PersonKeyField,
    keys: readonly string[],
    basis: AccessBasis,
  ): Promise<ReadonlyMap<string, PersonRecord>>;
}

export function createPersonLibrary(surroundings: Pick<Surroundings, 'http' | 'credentials'>): PersonLibrary {
  const library = createLibrary('base.person', surroundings);
  return {
    find: (request, by, asked, basis) =>
      library.find(request, {
        path: FIND_PEOPLE,
        keys: by === 'personKey' ? { zjList: asked.map(certificateOf) } : { uidList: asked },
        asked,
        keyOf: (record) => record[by],
        parse: people,
        basis,
      }),
  };
}

function certificateOf(personKey: string): { zjlx: string; zjhm: string } {
  const certificate = parsePersonKey(personKey);
  invariant(certificate, 'only well-formed person keys reach the library');
  return { zjlx: certificateTypeCode(certificate.type), zjhm: certificate.number };
}

/** GB/T 2261.1: 0 unknown, 1 male, 2 female, 9 not stated. */
const SEXES = { '0': null, '1': 'MALE', '2': 'FEMALE', '9': null } as const;

const person: Parse<PersonRecord> = (value, place) => {
  const mobile = optional(value, 'lxdh', text, place);
  return {
    personKey:
      personKeyFrom(certificateFrom(field(value, 'zjlx', text, place), field(value, 'zjhm', string, place))) ??
      unexpected(`${place}.zjhm`, 'a certificate of a natural person'),
    subjectId: optional(value, 'uid', string, place),
    name: field(value, 'xm', string, place),
    sex: optional(value, 'xb', oneOf(SEXES), place),
    birthDate: optional(value, 'csrq', date, place),
    maskedMobile: mobile === null ? null : maskPhone(mobile),
    address: optional(value, 'zz', string, place),
    divisionCode: optional(value, 'xzqhdm', divisionCode, place),
  };
};

const people = recordsOf(person);
