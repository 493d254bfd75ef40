import { ServiceError } from '../../../kernel/errors.ts';
import { field, list, nullable, optional, string, text, unexpected, type Parse } from '../../../kernel/parse.ts';
import type { Certificate } from '../../../kernel/standards/certificate.ts';
import type { Surroundings } from '../../../kernel/subgraph.ts';
import type { CallOrigin } from '../../../kernel/upstream/call.ts';
import { absentAsNull, gatewayOptions, gatewayPost } from '../../../kernel/upstream/gateway.ts';
import { certificateFrom } from './certificateTypes.ts';

const SYSTEM = 'identity';

/** Published as an operation beside the login of the province's mini-program; what it takes and answers is [modelled]. */
const PATH = '/ebus/minshengwxmp/api/r/yssuser/GetCorpCode';

/** [chosen] Nobody acts for more organisations than this. */
const MAXIMUM_ORGANISATIONS = 200;

/** For whom accounts of the identity platform act, as it is now and not as it was at their login. */
export interface Delegations {
  /**
   * @param subjectId The account that acts: a human's, or the organisation's own, which acts for itself.
   * @returns Unified social credit codes, at most 200; none when it acts for nobody, or when the platform does not know it any more.
   * @throws UPSTREAM_MISMATCH when the answer is about another account.
   */
  organisationsOf(request: CallOrigin, subjectId: string): Promise<readonly string[]>;
}

export function createDelegations({ http, credentials }: Pick<Surroundings, 'http' | 'credentials'>): Delegations {
  const gateway = http(SYSTEM, gatewayOptions(SYSTEM, credentials(SYSTEM)));
  return {
    organisationsOf: async (request, subjectId) => {
      const call = { ...gatewayPost(PATH, { uid: subjectId }, { safe: true }), address: 'gateway' };
      const found = await absentAsNull(gateway.call(request, call, accountOrganisations));
      if (!found) return [];
      if (found.subjectId === subjectId) return found.organisations;
      throw new ServiceError('UPSTREAM_MISMATCH', `The system ${SYSTEM} answered for another account than was asked for.`, {
        system: SYSTEM,
      });
    },
  };
}

/** An account and the organisations that it acts for. */
interface AccountOrganisations {
  readonly subjectId: string;
  readonly organisations: readonly string[];
}

/** The answer about one account. What is no organisation with a social credit code, nobody can be an agent of. */
export const accountOrganisations: Parse<AccountOrganisations> = (value, place) => {
  const certificates = field(value, 'corps', nullable(list(certificate)), place) ?? [];
  if (certificates.length > MAXIMUM_ORGANISATIONS) unexpected(`${place}.corps`, `at most ${MAXIMUM_ORGANISATIONS} organisations`);
  return {
    subjectId: field(value, 'uid', string, place),
    organisations: certificates.flatMap((found) => (found?.type === 'USCC' ? [found.number] : [])),
  };
};

const certificate: Parse<Certificate | null> = (value, place) =>
  certificateFrom(optional(value, 'ctype', text, place), optional(value, 'cid', string, place));
