import { randomUUID } from 'node:crypto';
import { sm2PublicKey, sm2Sign } from '../../../kernel/crypto/sm2.ts';
import { jsonReply } from '../../../kernel/sandbox/gateway.ts';
import { DEPARTMENTS } from '../../../kernel/sandbox/population/departments.ts';
import { RESIDENTS } from '../../../kernel/sandbox/population/people.ts';
import { accountOfTicket } from '../../../kernel/sandbox/population/tickets.ts';
import type { SandboxKit, SandboxReply, SandboxRequest, SimulatedSystem } from '../../../kernel/sandbox/system.ts';
import { SIGNING } from '../../../kernel/signing/table.ts';
import { formatDateTime } from '../../../kernel/standards/dateTime.ts';
import { ofdFile, pdfFile } from './files.ts';
import { licenceRow, type RowContext } from './row.ts';
import { SEEDED_LICENCES, type SeededLicence } from './seeds.ts';

/** The application of the sandbox: published sandbox values, not secrets. */
const APPLICATION = {
  account: 'meijiang_sandbox',
  password: 'sandbox-password',
  appKey: 'sandbox-app-key',
  appSecret: 'sandbox-app-secret',
  orgCode: '11441402X00001011R',
} as const;

/** The private key of the worked example in GB/T 32918.5-2017; public, so good for nothing but a sandbox. */
const SIGNING_KEY = Buffer.from('3945208F7B2144B13F36E38AC6D39F95889393692860B51A42FB81EF4DF7C5B8', 'hex');

const TOKEN_LIFE_MS = 24 * 3_600_000;
const MAXIMUM_PAGE = 150;
const RIGHTS_KEPT = 20_000;

type Body = Readonly<Record<string, unknown>>;
type Operation = (body: Body, request: SandboxRequest) => object;

/** A refusal in the system's own way: HTTP 200 and `ack_code` FAILURE. Its classes are published, the codes are [inferred]. */
class Refusal extends Error {
  readonly code: string;

  constructor(code: string, message: string) {
    super(message);
    this.code = code;
  }
}

const MESSAGES = {
  AUTH_LOGIN_FAILED: '账号、密码或应用密钥错误',
  AUTH_TOKEN_INVALID: '访问令牌无效或已过期',
  AUTH_CREDENTIAL_INVALID: '实名登录凭证无效',
  AUTH_CODE_INVALID: '用证码无效',
  AUTH_ITEM_DENIED: '目录实施码与操作人所属机构不符',
  PARAM_MISSING: '缺少必填参数',
  PARAM_PAGE: '分页参数超出范围',
  LICENSE_NOT_FOUND: '证照不存在',
  LICENSE_STATUS_INVALID: '证照状态不允许此操作',
  SEAL_NOT_FOUND: '印章不存在',
  SYSTEM_ERROR: '系统异常',
} as const;

const refuse = (code: keyof typeof MESSAGES): never => {
  throw new Refusal(code, MESSAGES[code]);
};

const envelope = (content: object): SandboxReply =>
  jsonReply({
    ack_code: 'SUCCESS',
    errors: [],
    sign: null,
    sign_method: null,
    timestamp: null,
    correlation_id: randomUUID(),
    response_id: randomUUID(),
    ...content,
  });

const failure = (code: string, message: string): SandboxReply =>
  envelope({ ack_code: 'FAILURE', errors: [{ code, message, inner_code: null }], data: null });

/**
 * The provincial licence system. Strict: rights of use without suffix, catalogue codes and types filled in, all making bodies
 * wrapped. Real life: rights that end with the licence's code, lists with the basic code alone and without types, single quotes
 * and the other spelling in the face data, `create` unwrapped.
 */
export function licenceSandbox({ profile, clock }: SandboxKit): SimulatedSystem {
  const realLife = profile === 'real-life';
  const licences = new Map(SEEDED_LICENCES.map((licence) => [licence.code, licence]));
  const sessions = new Map<string, { token: string; untilMs: number }>();
  const rights = new Map<string, string>();
  let issued = 0;

  const login: Operation = (body) => {
    const known: Body = {
      account: APPLICATION.account,
      password: APPLICATION.password,
      app_key: APPLICATION.appKey,
      app_secret: APPLICATION.appSecret,
    };
    if (Object.entries(known).some(([name, value]) => body[name] !== value)) refuse('AUTH_LOGIN_FAILED');
    const token = randomUUID();
    // One per organisation: who logs in again ends the session before.
    sessions.set(String(body['org_code'] ?? ''), { token, untilMs: clock.now() + TOKEN_LIFE_MS });
    return { access_token: token };
  };

  /** 17 digits of time, letters and digits, and in real life the code that it opens. */
  const rightOf = ({ code, quirk }: SeededLicence): string | null => {
    if (quirk === 'no-right') return realLife ? '' : null;
    issued += 1;
    const right = `${formatDateTime(clock.now(), 'yyyyMMddHHmmssSSS')}NC${String(issued).padStart(9, '0')}`;
    rights.set(right, code);
    if (rights.size > RIGHTS_KEPT) rights.delete(rights.keys().next().value as string); // not empty, so there is a first
    return realLife ? `${right}_${code}` : right;
  };

  const rowContext: RowContext = {
    realLife,
    sign: (face) => sm2Sign(face, SIGNING_KEY).toString('base64'),
    publicKey: sm2PublicKey(SIGNING_KEY).toString('hex'),
  };

  /** One page, with the rights of use beside the licences in the same order. */
  const page = (body: Body, found: readonly SeededLicence[]): object => {
    const [index, size] = [Number(body['page_index'] ?? 1), Number(body['page_size'] ?? 10)];
    if (!(index >= 1) || !(size >= 1) || size > MAXIMUM_PAGE) refuse('PARAM_PAGE');
    const shown = found.slice((index - 1) * size, index * size);
    return {
      total_count: found.length,
      data: shown.map((licence) => licenceRow(licence, 'LIST', rowContext)),
      auth_codes: shown.map(rightOf),
    };
  };

  const heldBy = (numbers: readonly string[]): readonly SeededLicence[] =>
    [...licences.values()].filter(({ holders }) => holders.some(({ number }) => numbers.includes(number)));

  const somebodyElse = (numbers: readonly string[]): readonly SeededLicence[] =>
    heldBy(
      RESIDENTS.map(({ certificateNumber }) => certificateNumber)
        .filter((number) => !numbers.includes(number))
        .slice(-1),
    );

  /** What the account behind a sign-on ticket holds; drafts are not for citizens. */
  const ofAccount = (body: Body, { otherPerson }: SandboxRequest): readonly SeededLicence[] => {
    const account = accountOfTicket(String(body['credential'] ?? '')) ?? refuse('AUTH_CREDENTIAL_INVALID');
    const numbers = [account.organisation?.uscc ?? account.person.certificateNumber];
    const found = otherPerson ? somebodyElse(numbers) : heldBy(numbers);
    return found.filter(({ status }) => status === 'ISSUED' || status === 'ABOLISHED');
  };

  const byDuty: Operation = (body, { otherPerson }) => {
    checkDuty(body);
    const listed = (name: string): readonly string[] =>
      String(body[name] ?? '')
        .split(',')
        .filter((part) => part !== '');
    const [numbers, codes] = [listed('identity_number'), listed('license_code')];
    if (numbers.length + codes.length === 0) refuse('PARAM_MISSING');
    if (otherPerson) return page(body, somebodyElse(numbers));
    // The second criterion is [modelled].
    return page(body, numbers.length > 0 ? heldBy(numbers) : codes.flatMap((code) => licences.get(code) ?? []));
  };

  const authorised = ({ query, otherPerson }: SandboxRequest): SeededLicence => {
    const [right = ''] = (query['auth_code'] ?? '').split('_');
    const licence = licences.get(rights.get(right) ?? '') ?? refuse('AUTH_CODE_INVALID');
    return otherPerson ? ([...licences.values()].find(({ code }) => code !== licence.code) ?? licence) : licence;
  };

  const archive: Operation = (_, request) => {
    const { code, name, issuedOn } = authorised(request);
    const type = request.query['file_type'] === 'ofd' ? 'ofd' : 'pdf';
    const file = type === 'ofd' ? ofdFile({ id: code, title: name, date: issuedOn }) : pdfFile({ id: code });
    return { data: { file_name: `${code}.${type}`, file_data: file.toString('base64') } };
  };

  const create = (catalogueCode: string, body: Body): object => {
    const operator = checkDuty(body);
    const issuer = DEPARTMENTS.find(({ code }) => code === operator['service_org_code']);
    if (!issuer || catalogueCode.slice(9) !== `${issuer.code}441402`) return refuse('AUTH_ITEM_DENIED');
    if (!String(body['seal_code']).startsWith(`DZYZ${issuer.code}`)) refuse('SEAL_NOT_FOUND');
    const face = (body['data_fields'] ?? {}) as Readonly<Record<string, string>>; // the checks below see to it
    for (const name of ['ZZMC', 'ZZHM', 'CYRMC', 'CYRSFZJLX', 'CYRSFZJHM', 'FZRQ']) if (!face[name]) refuse('PARAM_MISSING');
    issued += 1;
    const code = `441402${formatDateTime(clock.now(), 'yyyyMMdd').slice(0, 4)}${String(issued).padStart(6, '0')}NW`;
    licences.set(code, {
      code,
      typeCode: catalogueCode.slice(0, 9),
      name: face['ZZMC'] ?? '',
      number: face['ZZHM'] ?? '',
      holders: [{ name: face['CYRMC'] ?? '', type: face['CYRSFZJLX'] ?? '', number: face['CYRSFZJHM'] ?? '' }],
      issuer,
      issuedOn: face['FZRQ'] ?? '',
      validFrom: face['YXQQSRQ'] || null,
      validUntil: face['YXQJSRQ'] || null,
      status: 'REGISTERED',
      caseNumber: String(body['biz_num']),
      identifier: null,
      face: Object.fromEntries(Object.entries(face).filter(([name]) => !/^(ZZ|CYR|FZ|YXQ)/.test(name))),
      quirk: null,
    });
    return { data: { license_code: code, auth_code: `${formatDateTime(clock.now(), 'yyyyMMddHHmmssSSS')}AA${issued}` } };
  };

  /** Moves a licence from one status to the next. */
  const move =
    (from: readonly SeededLicence['status'][], to: SeededLicence['status']) =>
    (catalogueCode: string, body: Body): object => {
      const operator = checkDuty(body);
      const licence = licences.get(String(body['license_code'])) ?? refuse('LICENSE_NOT_FOUND');
      const expected = `${licence.typeCode}${licence.issuer.code}441402`;
      if (catalogueCode !== expected || operator['service_org_code'] !== licence.issuer.code) refuse('AUTH_ITEM_DENIED');
      if (!from.includes(licence.status)) refuse('LICENSE_STATUS_INVALID');
      licences.set(licence.code, { ...licence, status: to });
      return { data: { license_code: licence.code } };
    };

  const making: Readonly<Record<string, (catalogueCode: string, body: Body) => object>> = {
    create,
    sign: move(['DRAFT', 'REGISTERED'], 'ISSUED'),
    abolish: move(['ISSUED'], 'ABOLISHED'),
  };

  const operations: Readonly<Record<string, Operation>> = {
    'POST /license/webpage': (body, request) => page(body, ofAccount(body, request)),
    'POST /license/holder': (body, request) => {
      if (!body['service_item_code'] || body['cas_no'] !== '001') refuse('PARAM_MISSING');
      return page(body, ofAccount(body, request));
    },
    'POST /license/auth': byDuty,
    'GET /license/get_license': (_, request) => ({ data: licenceRow(authorised(request), 'WHOLE', rowContext) }),
  };

  const serve =
    (find: (name: string) => Operation | undefined) =>
    async (request: SandboxRequest): Promise<SandboxReply> => {
      try {
        const name = `${request.method} ${request.path.replace(/^\/license-app\/v1/, '')}`;
        const body: Body = request.body === '' ? {} : JSON.parse(request.body);
        if (name === 'POST /security/login') return envelope(login(body, request));
        const verified = await SIGNING.licenceToken.verify(
          request,
          (token) =>
            [...sessions.values()].some((session) => session.token === token && session.untilMs > clock.now())
              ? { accessToken: token }
              : null,
          { nowMs: clock.now(), seenNonce: () => false },
        );
        if (!verified.ok) return refuse('AUTH_TOKEN_INVALID');
        return envelope((find(name) ?? refuse('PARAM_MISSING'))(body, request));
      } catch (thrown) {
        if (thrown instanceof Refusal) return failure(thrown.code, thrown.message);
        throw thrown;
      }
    };

  const makingOperation = (name: string): Operation | undefined => {
    const [, catalogueCode = '', operation = ''] = /^POST \/license\/([0-9A-Z]{24})\/(\w+)$/.exec(name) ?? [];
    const make = making[operation];
    const bare = realLife && operation === 'create';
    return make && ((body) => make(catalogueCode, bare ? body : ((body['data'] ?? refuse('PARAM_MISSING')) as Body)));
  };

  return {
    name: 'licence',
    addresses: {
      main: serve((name) => operations[name] ?? makingOperation(name)),
      // Signed files come from a host of their own, with the same token.
      archive: serve((name) => (name === 'GET /license/archive' ? archive : undefined)),
    },
    credentials: {
      ...APPLICATION,
      division: '梅江区',
      divisionCode: '441402',
      verificationKey: rowContext.publicKey,
      ...(realLife ? { unwrapped: 'create' } : {}),
    },
    failure: () => failure('SYSTEM_ERROR', MESSAGES.SYSTEM_ERROR),
  };
}

/** Item, case and operator are compulsory: the system keeps a log of them. */
function checkDuty(body: Body): Body {
  const operator = (body['operator'] ?? {}) as Body; // every field is checked before use
  for (const name of ['service_item_code', 'service_item_name', 'biz_num']) if (!body[name]) refuse('PARAM_MISSING');
  for (const name of ['account', 'name', 'role', 'service_org', 'service_org_code', 'division', 'division_code'])
    if (!operator[name]) refuse('PARAM_MISSING');
  return operator;
}
