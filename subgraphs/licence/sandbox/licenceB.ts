import { department } from '../../../kernel/sandbox/population/departments.ts';
import { jsonReply } from '../../../kernel/sandbox/gateway.ts';
import { ORGANISATIONS } from '../../../kernel/sandbox/population/organisations.ts';
import { PEOPLE } from '../../../kernel/sandbox/population/people.ts';
import type {
  SandboxHandler,
  SandboxKit,
  SandboxReply,
  SandboxRequest,
  SimulatedSystem,
} from '../../../kernel/sandbox/system.ts';
import { SIGNING } from '../../../kernel/signing/table.ts';
import { formatLicenceIdentifier } from '../../../kernel/standards/licenceIdentifier.ts';
import { ofdFile } from './files.ts';

/** Published sandbox values, not secrets. */
const ACCESS_TOKEN = 'sandbox-second-source';
const ACCOUNT = { accountId: 'Meijiang@Sandbox', useFor: 'Sandbox' } as const;

const EDUCATION = department('梅江区教育局');
const TRANSPORT = department('梅江区交通运输局');

interface Entry {
  readonly holder: { readonly name: string; readonly code: string };
  readonly identifier: string;
  readonly typeCode: string;
  readonly name: string;
  readonly issuer: { readonly name: string; readonly uscc: string; readonly code: string };
  readonly issuedOn: string;
  readonly validUntil: string | null;
}

const entry = (
  holder: Entry['holder'],
  typeCode: string,
  name: string,
  issuer: Entry['issuer'],
  issuedOn: string,
  validUntil: string | null,
): Entry => {
  const serial = `${issuedOn.replaceAll('-', '')}${holder.code.slice(-4)}`;
  const identifier = formatLicenceIdentifier({ type: `${issuer.uscc}001`, issuer: issuer.uscc, serial, version: '001' });
  return { holder, identifier, typeCode, name, issuer, issuedOn, validUntil };
};

const citizen = { name: PEOPLE.citizenL2.name, code: PEOPLE.citizenL2.certificateNumber };
const other = { name: PEOPLE.husband.name, code: PEOPLE.husband.certificateNumber };
const company = { name: ORGANISATIONS.company.name, code: ORGANISATIONS.company.uscc };

/** Licences that only the second source has. */
const ENTRIES: readonly Entry[] = [
  entry(citizen, '110001201', '普通高等学校毕业证书', EDUCATION, '2011-07-01', null),
  entry(other, '110001201', '普通高等学校毕业证书', EDUCATION, '2008-07-01', null),
  entry(company, '210000301', '道路货物运输经营许可证', TRANSPORT, '2021-10-11', '2025-10-10'),
];

const envelope = (data: unknown): SandboxReply => jsonReply({ head: { status: 0, message: '成功' }, data });
const failure = (status: number, message: string): SandboxReply => jsonReply({ head: { status, message }, data: null });

/** A system of the family `license-api-release`. Pages begin with 1, in real life here with 0. */
export function licenceBSandbox({ profile, clock }: SandboxKit): SimulatedSystem {
  const firstPage = profile === 'real-life' ? 0 : 1;

  const list = ({ query, otherPerson }: SandboxRequest): SandboxReply => {
    const { holderCode = '', holderName = '', page, size, state } = query;
    if (!holderCode || state !== '1') return failure(400, '参数错误');
    const asked = ENTRIES.filter(({ holder }) => holder.code === holderCode && (holderName === '' || holder.name === holderName));
    const found = otherPerson ? ENTRIES.filter(({ holder }) => holder.code !== holderCode) : asked;
    const start = (Number(page) - firstPage) * Number(size);
    if (!(start >= 0)) return failure(400, '页码错误');
    return envelope({ total: found.length, data: found.slice(start, start + Number(size)).map(rowOf) });
  };

  const download = ({ query }: SandboxRequest): SandboxReply => {
    const found = ENTRIES.find((each) => fileIdOf(each) === query['fileId']);
    if (!found || query['accountId'] !== ACCOUNT.accountId || query['useFor'] !== ACCOUNT.useFor)
      return failure(404, '文件不存在');
    return {
      headers: {
        'content-type': 'application/octet-stream',
        'content-disposition': `attachment;filename=${encodeURIComponent(`${found.name}.ofd`)}`,
      },
      body: ofdFile({ id: found.identifier, title: found.name, date: found.issuedOn }),
    };
  };

  const operations: Readonly<Record<string, (request: SandboxRequest) => SandboxReply>> = {
    '/license-api-release/license/getPersonalLicense': list,
    '/license-api-release/license/getLegalPersonLicense': list,
    '/license-api-release/m/v/material/fileDownloadByFileId': download,
  };

  const main: SandboxHandler = async (request) => {
    const verified = await SIGNING.licenceToken.verify(
      request,
      (accessToken) => (accessToken === ACCESS_TOKEN ? { accessToken } : null),
      {
        nowMs: clock.now(),
        seenNonce: () => false,
      },
    );
    if (!verified.ok) return failure(401, '令牌无效');
    return operations[request.path]?.(request) ?? failure(404, '接口不存在');
  };

  return {
    name: 'licence.b',
    addresses: { main },
    credentials: { enabled: 'false', accessToken: ACCESS_TOKEN, firstPage: String(firstPage), ...ACCOUNT },
    failure: () => failure(-1, '系统异常'),
  };
}

const fileIdOf = ({ identifier }: Entry): string => Buffer.from(identifier).toString('hex').slice(-24);

/** Beside `licenseName` and `abstractCode` the names are [modelled]. */
const rowOf = (each: Entry): object => ({
  licenseName: each.name,
  fileId: fileIdOf(each),
  metadata: {
    abstractCode: each.identifier,
    licenseTypeCode: each.typeCode,
    licenseNumber: `MJ${each.issuedOn.replaceAll('-', '')}`,
    holderName: each.holder.name,
    holderCode: each.holder.code,
    issueDeptName: each.issuer.name,
    issueDeptCode: each.issuer.uscc,
    issueDivisionCode: '441402',
    issueDate: each.issuedOn,
    validityStart: each.issuedOn,
    validityEnd: each.validUntil ?? '',
  },
});
