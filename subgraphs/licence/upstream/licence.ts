import type { AccessBasis, RequestContext } from '../../../kernel/context.ts';
import { ServiceError } from '../../../kernel/errors.ts';
import { field, string, type Parse } from '../../../kernel/parse.ts';
import { signer } from '../../../kernel/signing/scheme.ts';
import { SIGNING } from '../../../kernel/signing/table.ts';
import { parsePersonKey, type Certificate } from '../../../kernel/standards/certificate.ts';
import type { Surroundings } from '../../../kernel/subgraph.ts';
import type { UpstreamCall } from '../../../kernel/upstream/call.ts';
import { absentAsNull } from '../../../kernel/upstream/gateway.ts';
import { faceFieldOf } from './faceData.ts';
import { HOLDER_TYPES } from './licenceObject.ts';
import { isHolderOfAll, type Licence, type LicenceDetails, type LicenceFile, type LicenceFileFormat } from './model.ts';
import {
  confirmationOf,
  createdCode,
  detailsOf,
  fileOf,
  malformed,
  mismatch,
  opened,
  pageOf,
  SYSTEM,
  type Page,
} from './replies.ts';

/** [inferred] How many identity numbers or licence codes one call may carry is not published. */
export const MAXIMUM_KEYS = 50;

/** The published maximum of a page. */
const PAGE_SIZE = 150;
/** 6,000 licences for at most 50 holders; more means that the system does not answer what was asked. */
const MAXIMUM_PAGES = 40;
/** Tokens live 24 hours; clients renew them five minutes earlier. */
const TOKEN_LIFE_MS = (23 * 60 + 55) * 60_000;
const MAXIMUM_FILE_REPLY_BYTES = 12 * 1024 * 1024;

const BASE = '/license-app/v1';

export type DutyBasis = Extract<AccessBasis, { kind: 'DUTY' }>;

/** What is to be made into a licence; the issuer is the operator's department. */
export interface LicenceDraft {
  readonly typeCode: string;
  readonly sealCode: string;
  readonly holder: Certificate;
  /** The face under our keys, the holder's certificate left out. */
  readonly face: ReadonlyMap<string, string>;
}

/** The provincial licence system, `license-app/v1` of DB44/T 2167.3-2019. Every list is complete or an error. */
export interface LicenceSystem {
  /** What a signed-in account holds (查询本人证照). @throws UPSTREAM_MISMATCH when another holder's licence comes back. */
  own(request: RequestContext, account: Account): Promise<readonly Licence[]>;
  /** The same, for an application that the applicant makes himself (网上申办用证). */
  forApplication(request: RequestContext, account: Account, application: Application): Promise<readonly Licence[]>;
  /** What at most 50 holders hold (依职能用证). */
  ofHolders(request: RequestContext, duty: DutyBasis, numbers: readonly string[]): Promise<readonly Licence[]>;
  /** At most 50 licences by their codes. [modelled: only the identity number is a published criterion of this operation] */
  ofCodes(request: RequestContext, duty: DutyBasis, codes: readonly string[]): Promise<readonly Licence[]>;
  /** @throws UPSTREAM_MISMATCH when another licence comes back. */
  read(request: RequestContext, source: Authorised, code: string): Promise<LicenceDetails>;
  /** null when there is no file of that format. */
  file(request: RequestContext, source: Authorised, code: string, format: LicenceFileFormat): Promise<LicenceFile | null>;
  /** The catalogue code (目录实施码) under which the operator's department issues a type. */
  catalogueCodeOf(duty: DutyBasis, typeCode: string): string;
  /** Makes a licence that is not issued yet, and gives its code. */
  create(request: RequestContext, duty: DutyBasis, draft: LicenceDraft): Promise<string>;
  /** Issues what was made. */
  sign(request: RequestContext, duty: DutyBasis, target: Target): Promise<void>;
  abolish(request: RequestContext, duty: DutyBasis, target: Target, reason: string): Promise<void>;
}

/** A sign-in that opens licences. */
export interface Account {
  /** The single sign-on ticket. */
  readonly credential: string;
  /** Whose licences they must be: certificate type and number as in a person key; organisations as `USCC:…`. */
  readonly owner: string;
}

export interface Application {
  readonly itemCode: string;
  readonly caseNumber: string;
}

/** A right of use that the system gave for this request. */
export interface Authorised {
  readonly authCode: string;
}

export interface Target {
  readonly code: string;
  readonly catalogueCode: string;
}

export function licenceSystem({ http, credentials, clock }: Surroundings): LicenceSystem {
  const {
    account,
    password,
    appKey,
    appSecret,
    orgCode = '',
    divisionCode = '441402',
    division = '梅江区',
    ...more
  } = credentials(SYSTEM);
  if (!account || !password || !appKey || !appSecret)
    throw new Error('The credentials of the system licence must hold account, password, appKey and appSecret.');
  // The Beijing manual wraps the bodies of all making operations in {"data": …}; a Guangzhou client sends `create` without.
  const unwrapped = new Set((more['unwrapped'] ?? '').split(','));
  const verificationKey = more['verificationKey'] ? Buffer.from(more['verificationKey'], 'hex') : null;

  const client = http(SYSTEM, {
    rate: { requests: 10, perMs: 1_000, fact: 'assumed: 10 requests/s per application; none is published' },
    decode: opened,
    share: true, // the ticket or the operator is in the body
    session: {
      name: `${SYSTEM}/${orgCode || account}`,
      login: async (send) => {
        const body = { account, password, app_key: appKey, app_secret: appSecret, ...(orgCode ? { org_code: orgCode } : {}) };
        const answer = await send(post('/security/login', body, { safe: false }));
        const token = field(answer, 'access_token', string);
        return { token, renewAtMs: clock.now() + TOKEN_LIFE_MS };
      },
      // The scheme needs neither time nor nonce.
      apply: (call, accessToken) => signer(SIGNING.licenceToken, { accessToken })(call, { nowMs: clock.now(), nonce: '' }),
    },
  });

  async function listOf(request: RequestContext, path: string, criteria: object): Promise<readonly Licence[]> {
    const page = (index: number): Promise<Page> =>
      client.call(request, post(path, { ...criteria, page_index: index, page_size: PAGE_SIZE }, { safe: true }), pageOf);
    const first = await page(1);
    const pages = Math.ceil(first.total / PAGE_SIZE);
    if (pages > MAXIMUM_PAGES) throw malformed(path, `at most ${MAXIMUM_PAGES} pages`);
    const rest = await Promise.all(Array.from({ length: Math.max(0, pages - 1) }, (_, index) => page(index + 2)));
    const licences = [first, ...rest].flatMap((each) => each.licences);
    if (licences.length < first.total) throw malformed(path, 'as many licences as it counted');
    return licences;
  }

  /** Who acts by duty; the system keeps a log of item, case and person. */
  const operatorOf = ({ caller }: DutyBasis) => {
    if (caller.department === null) throw new ServiceError('FORBIDDEN', 'A duty needs a department, and this caller has none.');
    return {
      account: caller.actor,
      name: caller.name,
      identity_num: (caller.personKey && parsePersonKey(caller.personKey)?.number) ?? '',
      role: caller.kind === 'STAFF' ? '经办人员' : '业务系统',
      // The names of department and item are not known here; the log goes by their codes.
      service_org: caller.department,
      service_org_code: caller.department,
      division,
      division_code: divisionCode,
    };
  };

  const catalogueCodeOf = (duty: DutyBasis, typeCode: string): string =>
    typeCode + operatorOf(duty).service_org_code + divisionCode;

  const purposeOf = (duty: DutyBasis) => ({ ...itemOf(duty), operator: operatorOf(duty) });

  const byDuty = (request: RequestContext, duty: DutyBasis, criterion: object): Promise<readonly Licence[]> =>
    listOf(request, '/license/auth', { ...criterion, ...purposeOf(duty), request_id: request.id });

  const making = <T>(
    request: RequestContext,
    catalogueCode: string,
    operation: string,
    body: object,
    parse: Parse<T>,
  ): Promise<T> => {
    const path = `/license/${encodeURIComponent(catalogueCode)}/${operation}`;
    return client.call(request, post(path, unwrapped.has(operation) ? body : { data: body }, { safe: false }), parse);
  };

  return {
    own: (request, { credential, owner }) => heldBy(owner, listOf(request, '/license/webpage', { credential })),

    // `001` is the published number of the unified identity platform as the source of the sign-on ticket.
    forApplication: (request, { credential, owner }, application) =>
      heldBy(owner, listOf(request, '/license/holder', { ...itemOf(application), credential, cas_no: '001' })),

    ofHolders: async (request, duty, numbers) => {
      const licences = await byDuty(request, duty, { identity_number: numbers.join(',') });
      const asked = new Set(numbers);
      if (licences.some(({ holders }) => !holders.some(({ number }) => asked.has(number)))) throw mismatch();
      return licences;
    },

    ofCodes: async (request, duty, codes) => {
      const licences = await byDuty(request, duty, { license_code: codes.join(',') });
      if (licences.some(({ code }) => !codes.includes(code))) throw mismatch();
      return licences;
    },

    read: (request, { authCode }, code) =>
      client.call(request, get('/license/get_license', { auth_code: authCode }), detailsOf(code, authCode, verificationKey)),

    catalogueCodeOf,

    file: (request, { authCode }, code, format) => {
      const query = { auth_code: authCode, file_type: format.toLowerCase(), show_sensitive_data: 'false' };
      const call = { ...get('/license/archive', query), address: 'archive', maxBodyBytes: MAXIMUM_FILE_REPLY_BYTES };
      return absentAsNull(client.call(request, call, fileOf(code, format)));
    },

    create: (request, duty, { typeCode, sealCode, holder, face }) => {
      const issuer = { FZJGZZJGDM: operatorOf(duty).service_org_code, FZJGSSXZQHDM: divisionCode };
      const fields = { ...writtenFace(face), ...writtenHolder(holder), ...issuer };
      const body = { ...purposeOf(duty), license_group: '组别1', seal_code: sealCode, data_fields: fields };
      return making(request, catalogueCodeOf(duty, typeCode), 'create', body, createdCode);
    },

    sign: (request, duty, { code, catalogueCode }) =>
      making(request, catalogueCode, 'sign', { ...purposeOf(duty), license_code: code }, confirmationOf(code)),

    abolish: (request, duty, { code, catalogueCode }, reason) =>
      making(
        request,
        catalogueCode,
        'abolish',
        { ...purposeOf(duty), license_code: code, abolish_reason: reason },
        confirmationOf(code),
      ),
  };
}

/** The catalogue code under which a licence of the province was made; null for one of another source. */
export const targetOf = ({ code, source }: Licence): Target | null =>
  source.kind === 'PROVINCE' ? { code, catalogueCode: source.catalogueCode } : null;

const writtenFace = (face: ReadonlyMap<string, string>): Record<string, string> =>
  Object.fromEntries([...face].map(([key, value]) => [faceFieldOf(key) ?? key, value]));

function writtenHolder({ type, number }: Certificate): Record<string, string> {
  // `70` rather than `49` for organisations: it is what making clients send.
  const [code = ''] = Object.entries(HOLDER_TYPES).findLast(([, types]) => types.includes(type)) ?? [];
  return { CYRSFZJLX: code, CYRSFZJHM: number };
}

async function heldBy(owner: string, list: Promise<readonly Licence[]>): Promise<readonly Licence[]> {
  const licences = await list;
  if (!isHolderOfAll(owner, licences)) throw mismatch();
  return licences;
}

const itemOf = ({ itemCode, caseNumber }: Application) => ({
  service_item_code: itemCode,
  service_item_name: itemCode,
  biz_num: caseNumber,
});

const post = (path: string, body: object, { safe }: { safe: boolean }): UpstreamCall => ({
  operation: path.slice(1),
  method: 'POST',
  path: BASE + path,
  headers: { 'content-type': 'application/json; charset=utf-8' },
  body: JSON.stringify(body),
  safe,
});

const get = (path: string, query: Readonly<Record<string, string>>): UpstreamCall => ({
  operation: path.slice(1),
  method: 'GET',
  path: BASE + path,
  query,
  safe: true,
});
