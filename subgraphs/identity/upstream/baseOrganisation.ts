import { field, optional, string, text, unexpected, type Parse } from '../../../kernel/parse.ts';
import { parseUscc } from '../../../kernel/standards/uscc.ts';
import type { Surroundings } from '../../../kernel/subgraph.ts';
import type { CallOrigin } from '../../../kernel/upstream/call.ts';
import { createLibrary, date, divisionCode, recordsOf } from './baseLibrary.ts';
import { certificateFrom, personKeyFrom } from './certificateTypes.ts';

/** The operation that finds legal persons. */
export const FIND_ORGANISATIONS = '/ebus/jck/api/v1/fr/list';

/** The registration facts of an organisation; public by law. */
export interface OrganisationRecord {
  readonly uscc: string;
  readonly name: string;
  /** Person key of the legal representative; null where the library names none, as for government bodies. */
  readonly legalRepresentative: string | null;
  readonly address: string | null;
  /** 12 digits. */
  readonly divisionCode: string | null;
  /** `yyyy-MM-dd` */
  readonly establishedOn: string | null;
}

/** The base library of legal persons (法人单位库). */
export interface OrganisationLibrary {
  /** At most 200 organisations by their codes, in one call; a code that the library does not know is not in the answer. */
  find(request: CallOrigin, usccs: readonly string[]): Promise<ReadonlyMap<string, OrganisationRecord>>;
}

export function createOrganisationLibrary(surroundings: Pick<Surroundings, 'http' | 'credentials'>): OrganisationLibrary {
  const library = createLibrary('base.organisation', surroundings);
  return {
    find: (request, asked) =>
      library.find(request, {
        path: FIND_ORGANISATIONS,
        keys: { tyshxydmList: asked },
        asked,
        keyOf: ({ uscc }) => uscc,
        parse: organisations,
      }),
  };
}

const uscc: Parse<string> = (value, place) => parseUscc(string(value, place)) ?? unexpected(place, 'a social credit code');

const organisation: Parse<OrganisationRecord> = (value, place) => ({
  uscc: field(value, 'tyshxydm', uscc, place),
  name: field(value, 'mc', string, place),
  legalRepresentative: personKeyFrom(
    certificateFrom(optional(value, 'fddbrzjlx', text, place), optional(value, 'fddbrzjhm', string, place)),
  ),
  address: optional(value, 'zcdz', string, place),
  divisionCode: optional(value, 'xzqhdm', divisionCode, place),
  establishedOn: optional(value, 'clrq', date, place),
});

const organisations = recordsOf(organisation);
