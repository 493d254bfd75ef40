import type { RequestContext } from '../../../kernel/context.ts';
import { ServiceError, upstreamFailure, type FailureClass } from '../../../kernel/errors.ts';
import { field, integer, list, optional, record, string, text, unexpected, type Parse } from '../../../kernel/parse.ts';
import { signer } from '../../../kernel/signing/scheme.ts';
import { SIGNING } from '../../../kernel/signing/table.ts';
import { parsePersonKey } from '../../../kernel/standards/certificate.ts';
import { parseDate, parseValidUntil } from '../../../kernel/standards/dateTime.ts';
import { parseDivisionCode } from '../../../kernel/standards/divisionCode.ts';
import { isValidLicenceIdentifier } from '../../../kernel/standards/licenceIdentifier.ts';
import type { Surroundings } from '../../../kernel/subgraph.ts';
import { headerOf, type Reply, type UpstreamCall } from '../../../kernel/upstream/call.ts';
import { bodyJson } from '../../../kernel/upstream/decode.ts';
import { isHolderOfAll, type Licence, type LicenceFile, type LicenceFileFormat } from './model.ts';
import { licenceTypeOf } from '../seed/licenceTypes.ts';
import { wholeFile } from './file.ts';
import { departmentOf, holderOf } from './licenceObject.ts';

export const SYSTEM_B = 'licence.b';

const BASE = '/license-api-release';
const PAGE_SIZE = 100;
const MAXIMUM_PAGES = 10;

/** Beside 0 the published dictionary of outcomes was not found: these are [modelled]. */
const STATUS: Readonly<Record<string, FailureClass>> = { '401': 'AUTH', '400': 'INVALID', '404': 'NOT_FOUND', '429': 'LIMIT' };

/** A licence system of the family `license-api-release` (Quzhou, Ningxia; DB3704/T 0042-2024), as a second source. */
export interface SecondSource {
  /**
   * What one holder holds; only licences in force are asked for.
   *
   * @param owner Certificate type and number as in a person key; organisations as `USCC:…`.
   * @param name The holder's name where it is known; else empty, as published clients send it.
   */
  ofHolder(request: RequestContext, owner: string, name: string): Promise<readonly Licence[]>;
  /** null when the file is of another format. */
  file(request: RequestContext, fileId: string, format: LicenceFileFormat): Promise<LicenceFile | null>;
}

/** The second source, or null unless its credentials say `enabled: "true"`. */
export function secondSource({ http, credentials }: Surroundings): SecondSource | null {
  // Pages begin with 0 or 1 by deployment.
  const { enabled, accessToken = '', accountId = '', useFor = '', firstPage = '1' } = credentials(SYSTEM_B);
  if (enabled !== 'true') return null;
  const client = http(SYSTEM_B, {
    rate: { requests: 10, perMs: 1_000, fact: 'assumed: 10 requests/s per application; none is published' },
    sign: signer(SIGNING.licenceToken, { accessToken }),
    decode: (reply) => (isJson(reply) ? dataOf(reply) : reply),
  });

  const pageOf = (request: RequestContext, owner: string, name: string, index: number): Promise<Page> => {
    const operation = owner.startsWith('USCC:') ? 'license/getLegalPersonLicense' : 'license/getPersonalLicense';
    const page = String(Number(firstPage) + index);
    const holderCode = parsePersonKey(owner)?.number ?? '';
    const query = { holderCode, holderName: name, page, size: String(PAGE_SIZE), state: '1' };
    return client.call(request, get(operation, query), (data, place) => ({
      total: field(data, 'total', integer, place),
      licences: field(data, 'data', list(licence), place),
    }));
  };

  return {
    ofHolder: async (request, owner, name) => {
      const first = await pageOf(request, owner, name, 0);
      const pages = Math.min(MAXIMUM_PAGES, Math.ceil(first.total / PAGE_SIZE));
      const rest = await Promise.all(
        Array.from({ length: Math.max(0, pages - 1) }, (_, index) => pageOf(request, owner, name, index + 1)),
      );
      const licences = [first, ...rest].flatMap((page) => page.licences);
      if (licences.length < first.total) throw failed('UPSTREAM_INVALID', 'did not give as many licences as it counted');
      if (!isHolderOfAll(owner, licences)) throw failed('UPSTREAM_MISMATCH', 'answered with another record than asked');
      return licences;
    },
    file: (request, fileId, format) => {
      const call = get('m/v/material/fileDownloadByFileId', { accountId, useFor, fileId });
      return client.call(request, { ...call, maxBodyBytes: 8 * 1024 * 1024 }, (reply, place) =>
        fileOf(reply, format, fileId, place),
      );
    },
  };
}

interface Page {
  readonly licences: readonly Licence[];
  readonly total: number;
}

const failed = (code: 'UPSTREAM_INVALID' | 'UPSTREAM_MISMATCH', what: string): ServiceError =>
  new ServiceError(code, `The system ${SYSTEM_B} ${what}.`, { system: SYSTEM_B });

const get = (operation: string, query: Readonly<Record<string, string>>): UpstreamCall => ({
  operation,
  method: 'GET',
  path: `${BASE}/${operation}`,
  query,
  safe: true,
});

const isJson = (reply: Reply): boolean => headerOf(reply, 'content-type').startsWith('application/json');

function dataOf(reply: Reply): unknown {
  const body = record(bodyJson(reply), 'envelope');
  const head = field(body, 'head', record);
  const status = field(head, 'status', text);
  if (status === '0') return body['data'];
  throw upstreamFailure(SYSTEM_B, STATUS[status] ?? 'UNAVAILABLE', status, optional(head, 'message', text) ?? '');
}

/** Only `licenseName` and `metadata.abstractCode` were read in published clients; the other names are [modelled] on GB/T 36903. */
const licence: Parse<Licence> = (value, place) => {
  const name = field(value, 'licenseName', string, place);
  const metadata = field(value, 'metadata', record, place);
  const code = field(metadata, 'abstractCode', string, place);
  if (!isValidLicenceIdentifier(code)) unexpected(`${place}.abstractCode`, 'a GB/T 36904 identifier');
  const typeCode = field(metadata, 'licenseTypeCode', string, place);
  const validity =
    parseValidUntil(optional(metadata, 'validityEnd', string, place) ?? '') ?? unexpected(`${place}.validityEnd`, 'a date');
  const division = optional(metadata, 'issueDivisionCode', text, place);
  return {
    code,
    identifier: code,
    identifierWrong: false,
    name,
    type: licenceTypeOf(typeCode) ?? { code: typeCode, name, englishName: null, category: null, kind: null },
    number: optional(metadata, 'licenseNumber', text, place),
    status: 'ISSUED', // `state=1` asks for licences in force only
    // The source gives no type of certificate.
    holders: [
      holderOf(field(metadata, 'holderName', string, place), field(metadata, 'holderCode', text, place), ['USCC', 'RESIDENT_ID']),
    ],
    issuer: {
      name: optional(metadata, 'issueDeptName', string, place),
      departmentCode: departmentOf(optional(metadata, 'issueDeptCode', text, place)),
    },
    divisionCode: (division && parseDivisionCode(division)?.code) || null,
    issuedOn: optional(metadata, 'issueDate', date, place),
    validFrom: optional(metadata, 'validityStart', date, place),
    validUntil: validity.until,
    indefinite: validity.indefinite,
    trustLevel: null,
    source: { kind: 'SECOND', fileId: optional(value, 'fileId', string, place) },
  };
};

const date: Parse<string> = (value, place) => parseDate(string(value, place)) ?? unexpected(place, 'a date');

/** The file itself, its name in the header `Content-Disposition`, percent-encoded. */
function fileOf(payload: unknown, format: LicenceFileFormat, fileId: string, place: string): LicenceFile | null {
  const reply = record(payload, place);
  const bytes = Buffer.isBuffer(reply['body']) ? reply['body'] : unexpected(place, 'a file');
  const disposition = optional(field(reply, 'headers', record, place), 'content-disposition', string, place) ?? '';
  const [, encoded = ''] = /filename=([^;]+)/.exec(disposition) ?? [];
  const name = decodeName(encoded) || fileId;
  const isPdf = bytes.toString('latin1', 0, 5) === '%PDF-';
  if (isPdf !== (format === 'PDF')) {
    wholeFile(bytes, isPdf ? 'PDF' : 'OFD', place);
    return null;
  }
  return { name, format, bytes: wholeFile(bytes, format, place) };
}

const decodeName = (encoded: string): string => {
  try {
    return decodeURIComponent(encoded);
  } catch {
    return '';
  }
};
