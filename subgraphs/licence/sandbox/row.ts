import type { SeededLicence } from './seeds.ts';

export interface RowContext {
  readonly realLife: boolean;
  /** Base64 of a signature over the face's text. */
  readonly sign: (face: string) => string;
  readonly publicKey: string;
}

const STATUS_NAMES = { DRAFT: '草案', REGISTERED: '已制证未签发', ISSUED: '已签发', ABOLISHED: '已废止' } as const;
const PROOFS = ['110000801', '110000901', '110001101', '110001201'];

/** A licence object of the interface. Lists are summaries: without face data, attachments and signature. */
export function licenceRow(licence: SeededLicence, extent: 'LIST' | 'WHOLE', context: RowContext): object {
  const { realLife } = context;
  const { typeCode, issuer, holders, quirk } = licence;
  const whole = extent === 'WHOLE';
  const face = whole ? faceText(licence, realLife) : null;
  const proof = PROOFS.includes(typeCode);
  const terse = realLife && !whole;
  return {
    license_code: licence.code,
    name: licence.name,
    license_type: terse ? null : proof ? 'PROOF' : 'CERTIFICATE',
    id_code: licence.number,
    doc_name: null,
    doc_summary: null,
    doc_keyword: null,
    holder_name: holders.map(({ name }) => name).join(','),
    holder_identity_type: holders.map(({ type }) => type).join(','),
    holder_identity_num: holders.map(({ number }) => number).join(','),
    issue_org_name: issuer.name,
    // Both forms of code occur for the same kind of organisation.
    issue_org_code: realLife && typeCode === '110000101' ? issuer.uscc : issuer.code,
    division: realLife ? '' : '梅江区',
    division_code: '441402',
    issue_date: `${licence.issuedOn} 00:00:00`,
    begin_date: licence.validFrom && `${licence.validFrom} 00:00:00`,
    expiry_date: licence.validUntil && `${licence.validUntil} 00:00:00`,
    data_fields: face,
    attachment_fields: null,
    trust_level: 'A',
    extend_props: licence.identifier ? JSON.stringify({ ZZBS: licence.identifier }) : '',
    remark: null,
    biz_num: licence.caseNumber,
    license_item_code: terse ? typeCode : `${typeCode}${issuer.code}441402`,
    license_status: licence.status,
    creator: null,
    creation_time: `${licence.issuedOn} 09:00:00`,
    issuer: null,
    issue_time: null,
    abolisher: null,
    abolish_time: null,
    abolish_reason: null,
    correlative_license: null,
    public_key: face && context.publicKey,
    s_sign_cert: null,
    algorithm: face && 'SM3WithSM2',
    s_sign_data: face && context.sign(quirk === 'forged' ? face.replace('本科', '专科') : face),
    last_modificator: '*SYSADM*',
    last_modification_time: `${licence.issuedOn} 09:00:00`,
    auth_code: null,
    license_status_name: STATUS_NAMES[licence.status],
    license_type_name: terse ? null : proof ? '证明文件' : '证照执照',
  };
}

/** The face as a document inside a text. */
function faceText(
  { name, number, holders, issuer, issuedOn, validFrom, validUntil, typeCode, face, quirk }: SeededLicence,
  realLife: boolean,
): string {
  const [holder] = holders;
  const document = {
    ZZMC: name,
    ZZHM: number,
    CYRMC: holder?.name,
    CYRSFZJLX: holder?.type,
    CYRSFZJHM: holder?.number,
    FZJGMC: issuer.name,
    FZJGZZJGDM: issuer.code,
    FZJGSSXZQHDM: '441402',
    FZRQ: issuedOn,
    // Residence permits were met with the other spelling.
    [realLife && typeCode === '110000401' ? 'YXQKSRQ' : 'YXQQSRQ']: validFrom ?? '',
    YXQJSRQ: validUntil ?? '长期',
    ...face,
  };
  return realLife && quirk === 'single-quotes' ? singleQuoted(document) : JSON.stringify(document);
}

const singleQuoted = (document: object): string =>
  `{${Object.entries(document)
    .map(([key, value]) => `'${key}':'${String(value).replaceAll("'", "\\'")}'`)
    .join(',')}}`;
