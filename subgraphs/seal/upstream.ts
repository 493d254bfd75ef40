import { requireCaller, type RequestContext } from '../../kernel/context.ts';
import { invariant, ServiceError } from '../../kernel/errors.ts';
import { field, list, text, unexpected, type Parse } from '../../kernel/parse.ts';
import type { UpstreamCall } from '../../kernel/upstream/call.ts';
import type { UpstreamClient } from '../../kernel/upstream/client.ts';
import { absentAsNull, gatewayPost } from '../../kernel/upstream/gateway.ts';
import {
  authorizationFrom,
  onlyAsked,
  pageOf,
  revocationFrom,
  sealFrom,
  taskFrom,
  type Authorization,
  type Seal,
  type SigningTask,
} from './upstream/answers.ts';
import type { RevocationQuestion, Revocations } from './upstream/signatures/verification.ts';

/** Seals per call, by organisation or by code, joined by commas [modelled on the joined numbers of the licence system]. */
export const MAXIMUM_SEALS = 50;
/** The default contract's arrays hold at most 200; a file has at most 20 signatures with 4 names each. */
const MAXIMUM_REVOCATIONS = 200;
const PAGE_SIZE = 100;
/** More pages than 50 organisations can fill are an answer out of order. */
const MAXIMUM_PAGES = 20;
/** A signed file is at most 20 MB of Base64; the rest is the signature and the envelope. */
const MAXIMUM_FILE_BYTES = 24 * 1024 * 1024;

const PREFIX = '/ebus/dzyz/api/v1/';

const POSITION_MODES = { COORDINATE: 'COORD', KEYWORD: 'KEYWORD', EDGE: 'EDGE' } as const;

const POINTS_PER_MM = 72 / 25.4;

/** A place for an impression, in millimetres from the upper left. */
export interface SealPosition {
  readonly mode: keyof typeof POSITION_MODES;
  readonly page: number;
  readonly xMm: number;
  readonly yMm: number;
  readonly pageHeightMm: number;
  readonly keyword: string | null;
  readonly offsetMm: number;
}

/** What a person signs; `number` is ours, and the same number is the same task. */
export interface HandwritingOrder {
  readonly number: string;
  readonly fileName: string;
  readonly fileType: 'OFD' | 'PDF';
  /** Hex. */
  readonly fileDigestSm3: string;
}

/** What is signed under a seal: the file when there is one, else its digest. */
export interface SigningOrder extends HandwritingOrder {
  readonly sealId: string;
  readonly contentBase64: string | null;
  readonly positions: readonly SealPosition[];
}

export type SealUpstream = ReturnType<typeof sealUpstream>;

/**
 * The provincial seal and signature system in our words. Every call names the end user and, when the request has a purpose, item and
 * case; whether the user may ask is decided before.
 *
 * @param prefix Of the gateway's headers, `x-tif-` or `x-rio-`.
 * @see README.md: paths, envelope and fields are modelled
 */
export function sealUpstream(client: UpstreamClient, prefix: string) {
  /** All calls may be repeated: reading is, and what is handed in carries its number. */
  function forUser<T>(
    request: RequestContext,
    operation: string,
    body: object,
    parse: Parse<T>,
    more: Partial<UpstreamCall> = {},
  ) {
    const call = gatewayPost(PREFIX + operation, { ...body, ...errandOf(request) }, { safe: true });
    const headers = { ...call.headers, [`${prefix}uid`]: requireCaller(request).actor };
    return client.call(request, { ...call, operation, headers, ...more }, parse);
  }

  /** All pages of a list of seals, one after the other: more than one is rare. */
  async function sealsWhere(request: RequestContext, filter: object): Promise<readonly Seal[]> {
    const seals: Seal[] = [];
    for (let pageNo = 1; pageNo <= MAXIMUM_PAGES; pageNo += 1) {
      const page = await forUser(request, 'seal/list', { ...filter, pageNo, pageSize: PAGE_SIZE }, pageOf(sealFrom));
      seals.push(...page.list);
      if (seals.length >= page.total || page.list.length === 0) return seals;
    }
    throw new ServiceError('UPSTREAM_INVALID', 'The system seal lists more seals than there can be.', { system: 'seal' });
  }

  return {
    /** At most 50 codes; the seals that exist, in no order. @throws UPSTREAM_MISMATCH for a seal that was not asked for. */
    sealsByCode: async (request: RequestContext, codes: readonly string[]): Promise<readonly Seal[]> =>
      onlyAsked(await sealsWhere(request, { sealCode: codes.join(',') }), ({ id }) => codes.includes(id)),

    /** At most 50 organisations; all their seals, in no order. @throws UPSTREAM_MISMATCH for a seal of another. */
    sealsByOrganization: async (request: RequestContext, usccs: readonly string[]): Promise<readonly Seal[]> =>
      onlyAsked(await sealsWhere(request, { orgCode: usccs.join(',') }), ({ uscc }) => usccs.includes(uscc)),

    /** null when there is no such task. @throws UPSTREAM_MISMATCH when another one came back. */
    task: async (request: RequestContext, id: string): Promise<SigningTask | null> => {
      const read = forUser(request, 'sign/result', { signId: id }, taskFrom, { maxBodyBytes: MAXIMUM_FILE_BYTES });
      const task = await absentAsNull(read);
      onlyAsked(task ? [task] : [], (came) => came.id === id);
      return task;
    },

    /** Hands in a file or a digest; the same number again is the same task. @returns The id of the task. */
    apply: (request: RequestContext, order: SigningOrder): Promise<string> => {
      const { sealId, contentBase64, positions, fileType } = order;
      const file = { fileData: contentBase64, positions: positions.map((position) => positionFor(fileType, position)) };
      const body = { ...orderBody(order), sealCode: sealId, ...(contentBase64 === null ? {} : file) };
      return forUser(request, 'sign/apply', body, receiptFor(order));
    },

    /** Asks for the acting person's own signature; otherwise as `apply`. */
    applyHandwriting: (request: RequestContext, order: HandwritingOrder): Promise<string> =>
      forUser(request, 'handwriting/apply', { ...orderBody(order), subjectId: requireCaller(request).actor }, receiptFor(order)),

    /** Sends the question to the applicant's app, 粤商通 for a seal and 粤省事 for a person's own; again, it is the same question. */
    authorize: (request: RequestContext, { id, sealId }: Pick<SigningTask, 'id' | 'sealId'>): Promise<Authorization> => {
      const body = { signId: id, channel: sealId === null ? 'YSS' : 'YST' };
      return forUser(request, 'sign/authorize', body, authorizationFor(id));
    },

    /** Since when (ms) which of these are revoked, in one call. @throws UPSTREAM_INVALID when the answer leaves one out. */
    revocations: async (request: RequestContext, { certificates, seals }: RevocationQuestion): Promise<Revocations> => {
      const names = [...certificates, ...seals];
      invariant(names.length <= MAXIMUM_REVOCATIONS, 'a file has a bounded number of signatures');
      const call = gatewayPost(`${PREFIX}revocation/query`, { certHash: certificates, esId: seals }, { safe: true });
      const statuses = await client.call(request, { ...call, operation: 'revocation/query' }, (value, place) => {
        const found = onlyAsked(field(value, 'list', list(revocationFrom), place), ({ name }) => names.includes(name));
        // What is left out would look good.
        return names.every((name) => found.some((status) => status.name === name)) ? found : unexpected(place, 'every name');
      });
      return new Map(statuses.flatMap(({ name, sinceMs }) => (sinceMs === null ? [] : [[name, sinceMs] as const])));
    },
  };
}

/** Who asks for what item and case; the system logs it. `sblsh` is the acceptance number of the case platform. */
function errandOf(request: RequestContext) {
  const { actor, name, uscc, department } = requireCaller(request);
  const { itemCode = null, caseNumber = null } = request.purpose ?? {};
  return {
    itemCode,
    sblsh: caseNumber,
    operator: { operatorId: actor, operatorName: name, orgCode: uscc, deptCode: department },
  };
}

const orderBody = ({ number, fileName, fileType, fileDigestSm3 }: HandwritingOrder) => ({
  bizNum: number,
  fileName,
  fileType,
  fileHash: fileDigestSm3,
});

/** OFD counts millimetres from the upper left, PDF points from the lower left. */
function positionFor(fileType: 'OFD' | 'PDF', { mode, page, xMm, yMm, pageHeightMm, keyword, offsetMm }: SealPosition) {
  const unit = fileType === 'PDF' ? POINTS_PER_MM : 1;
  const fromCorner = fileType === 'PDF' ? pageHeightMm - yMm : yMm;
  const place = mode === 'COORDINATE' ? { x: xMm * unit, y: fromCorner * unit } : { offset: offsetMm * unit };
  return { mode: POSITION_MODES[mode], page, keyword, ...place };
}

/** The id of the task that was opened under our number. */
const receiptFor =
  ({ number }: HandwritingOrder): Parse<string> =>
  (value, place) => {
    onlyAsked([field(value, 'bizNum', text, place)], (came) => came === number);
    return field(value, 'signId', text, place);
  };

const authorizationFor =
  (id: string): Parse<Authorization> =>
  (value, place) => {
    onlyAsked([field(value, 'signId', text, place)], (came) => came === id);
    return authorizationFrom(value, place);
  };
