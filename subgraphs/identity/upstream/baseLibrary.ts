import type { AccessBasis } from '../../../kernel/context.ts';
import { ServiceError } from '../../../kernel/errors.ts';
import { field, list, unexpected, type Parse } from '../../../kernel/parse.ts';
import { textToBase64 } from '../../../kernel/signing/base64.ts';
import { parseDate } from '../../../kernel/standards/dateTime.ts';
import { parseDivisionCode } from '../../../kernel/standards/divisionCode.ts';
import type { Surroundings } from '../../../kernel/subgraph.ts';
import type { CallOrigin } from '../../../kernel/upstream/call.ts';
import { gatewayOptions, gatewayPost } from '../../../kernel/upstream/gateway.ts';

/** The largest array that a modelled system behind the gateway takes. */
export const MAXIMUM_KEYS = 200;

/** One question to a base library. */
export interface LibraryQuestion<Found> {
  readonly path: string;
  /** The field of the question that holds the keys, as the library writes them. */
  readonly keys: Readonly<Record<string, readonly unknown[]>>;
  /** The same keys as the graph writes them, at most 200. */
  readonly asked: readonly string[];
  readonly keyOf: (record: Found) => string | null;
  /** The records of an answer; one function for all questions of a kind. */
  readonly parse: Parse<readonly Found[]>;
  /** On what ground personal records are asked for. */
  readonly basis?: AccessBasis;
}

/**
 * A base library of the district [modelled on the default contract behind the gateway: `/ebus/{service}/api/v1/{resource}/{action}`,
 * arrays of at most 200, answers in any order, unknown keys left out].
 */
export interface Library {
  /**
   * @returns Records by key; a key that the library does not know is not in it.
   * @throws UPSTREAM_MISMATCH when a record comes that nobody asked for.
   */
  find<Found>(request: CallOrigin, question: LibraryQuestion<Found>): Promise<ReadonlyMap<string, Found>>;
}

export function createLibrary(system: string, { http, credentials }: Pick<Surroundings, 'http' | 'credentials'>): Library {
  const client = http(system, { ...gatewayOptions(system, credentials(system)), share: true });
  const prefix = credentials(system)['prefix'] === 'x-rio-' ? 'x-rio-' : 'x-tif-';
  return {
    find: async (request, { path, keys, asked, keyOf, parse, basis }) => {
      const call = gatewayPost(path, { ...keys, ...dutyFields(basis) }, { safe: true });
      const headers = { ...call.headers, ...userHeaders(basis, prefix) };
      const records = await client.call(request, { ...call, headers }, parse);
      const wanted = new Set(asked);
      return new Map(
        records.map((record) => {
          const key = keyOf(record);
          if (key !== null && wanted.has(key)) return [key, record];
          throw new ServiceError('UPSTREAM_MISMATCH', `The system ${system} answered with a record that was not asked for.`, {
            system,
          });
        }),
      );
    },
  };
}

/** The records of a library's answer. */
export const recordsOf =
  <Found>(record: Parse<Found>): Parse<readonly Found[]> =>
  (data, place) =>
    field(data, 'list', list(record), place);

/** The gateway passes the signed-in user on in headers that its signature covers. */
const userHeaders = (basis: AccessBasis | undefined, prefix: string): Record<string, string> =>
  basis?.kind === 'OWN'
    ? {
        [`${prefix}uid`]: basis.caller.actor,
        [`${prefix}uinfo`]: textToBase64(JSON.stringify({ tokenid: basis.caller.credential ?? 'null' })),
        [`${prefix}ext`]: '',
      }
    : {};

/** Every personal query on duty names item, case and operator. */
const dutyFields = (basis: AccessBasis | undefined): object =>
  basis?.kind === 'DUTY'
    ? {
        service_item_code: basis.itemCode,
        biz_num: basis.caseNumber,
        operator: { id: basis.caller.actor, name: basis.caller.name, dept: basis.caller.department ?? 'null' },
      }
    : {};

/** Any written form of a date as `yyyy-MM-dd`. */
export const date: Parse<string> = (value, place) => parseDate(String(value)) ?? unexpected(place, 'a date');

/** A division of 6, 9 or 12 digits as 12 digits. */
export const divisionCode: Parse<string> = (value, place) =>
  parseDivisionCode(String(value))?.code ?? unexpected(place, 'a division code');
