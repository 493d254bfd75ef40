import { sm3 } from '../../kernel/crypto/sm3.ts';
import {
  behindGateway,
  gatewayFailure,
  GatewayRefusal,
  SANDBOX_GATEWAY,
  type GatewayOperation,
} from '../../kernel/sandbox/gateway.ts';
import type { Sandbox, SandboxHandler, SandboxKit, SandboxRequest } from '../../kernel/sandbox/system.ts';
import { formatDateTime } from '../../kernel/standards/dateTime.ts';
import { sandboxInstitutions } from './sandbox/identities.ts';
import { materialOf, sealRows, type SealMaterial, type SealRow } from './sandbox/seals.ts';
import { createSigningDesk, type SigningDesk } from './sandbox/signing.ts';

const PREFIX = '/ebus/dzyz/api/v1/';

/**
 * The provincial seal system. Its REST interface is not published, so paths, envelope and fields are modelled on the default contract
 * behind the gateway; what it signs is real: SM2, SM3 and the two published layouts.
 */
export const sandbox: Sandbox = (kit) => {
  const institutions = sandboxInstitutions();
  const rows = sealRows(kit.profile);
  const materials = new Map<string, SealMaterial>();
  const material = (row: SealRow): SealMaterial => {
    const made = materials.get(row.sealCode) ?? materialOf(row, institutions);
    materials.set(row.sealCode, made);
    return made;
  };
  const desk = createSigningDesk({ kit, rows, material, institutions });
  return [
    {
      name: 'seal',
      addresses: { main: withPages(desk, behindGateway(kit, operations({ kit, rows, material, desk }))) },
      credentials: {
        ...SANDBOX_GATEWAY,
        certificateAuthorities: institutions.authority.certificate.toString('base64'),
        sealMakers: institutions.sealMaker.certificate.toString('base64'),
      },
      failure: gatewayFailure,
    },
  ];
};

interface Parts {
  readonly kit: SandboxKit;
  readonly rows: readonly SealRow[];
  readonly material: (row: SealRow) => SealMaterial;
  readonly desk: SigningDesk;
}

const operations = ({ kit, rows, material, desk }: Parts): Record<string, GatewayOperation> => ({
  [`${PREFIX}seal/list`]: forUser((body, { otherPerson }) => {
    const asked = matching(rows, body);
    const list = otherPerson ? rows.filter((row) => !asked.includes(row)).slice(0, Math.max(asked.length, 1)) : asked;
    return pageOf(list.map(publicPart), body);
  }),
  [`${PREFIX}sign/apply`]: forUser((body, request) => desk.apply(body, request)),
  [`${PREFIX}sign/authorize`]: forUser((body, request) => desk.authorize(body, request)),
  [`${PREFIX}sign/result`]: forUser((body, request) => desk.result(body, request)),
  [`${PREFIX}handwriting/apply`]: forUser((body, request) => desk.applyHandwriting(body, request)),
  [`${PREFIX}revocation/query`]: (body, { otherPerson }) => {
    const revoked = revokedAt(rows, material);
    const answer = (field: string) =>
      (Array.isArray(body[field]) ? body[field] : []).map((value: unknown) => {
        const revokeTime = revoked.get(String(value)) ?? null;
        return { [field]: otherPerson ? '0'.repeat(64) : value, status: revokeTime === null ? '正常' : '吊销', revokeTime };
      });
    return {
      list: [...answer('certHash'), ...answer('esId')],
      queryTime: formatDateTime(kit.clock.now(), 'yyyy-MM-dd HH:mm:ss'),
    };
  },
});

/** The end user comes in the gateway's header; without one the system does not answer. */
const forUser =
  (operation: GatewayOperation): GatewayOperation =>
  (body, request) => {
    if (!request.headers['x-tif-uid']) throw new GatewayRefusal(40001, '缺少用户信息');
    return operation(body, request);
  };

/** `orgCode` and `sealCode` take several, joined by commas, as the licence system's numbers do. */
function matching(rows: readonly SealRow[], body: Readonly<Record<string, unknown>>): readonly SealRow[] {
  const several = (value: unknown): readonly string[] => (typeof value === 'string' && value !== '' ? value.split(',') : []);
  const [organisations, codes] = [several(body['orgCode']), several(body['sealCode'])];
  if (organisations.length === 0 && codes.length === 0) throw new GatewayRefusal(40001, '机构代码或印章编码必填');
  if (organisations.length > 50 || codes.length > 50) throw new GatewayRefusal(40001, '一次最多查询50个');
  const { sealType, status } = body;
  return rows.filter(
    (row) =>
      (organisations.length === 0 || organisations.includes(row.orgCode)) &&
      (codes.length === 0 || codes.includes(row.sealCode)) &&
      (!sealType || row.sealType === sealType) &&
      (!status || row.status === status),
  );
}

const publicPart = ({
  sealCode,
  esId,
  sealName,
  sealType,
  orgCode,
  orgName,
  validStart,
  validEnd,
  status,
  width,
  height,
}: SealRow) => ({
  sealCode,
  esId,
  sealName,
  sealType,
  orgCode,
  orgName,
  validStart,
  validEnd,
  status,
  width,
  height,
});

function pageOf(list: readonly unknown[], body: Readonly<Record<string, unknown>>) {
  const pageNo = Number(body['pageNo'] ?? 1);
  const pageSize = Math.min(Number(body['pageSize'] ?? 20), 100);
  return { list: list.slice((pageNo - 1) * pageSize, pageNo * pageSize), total: list.length, pageNo, pageSize };
}

/** A lost seal takes its key with it; a frozen or cancelled one does not. */
const revokedAt = (rows: readonly SealRow[], material: Parts['material']): ReadonlyMap<string, string> =>
  new Map(
    rows.flatMap((row) => {
      if (row.revokeTime === null) return [];
      const certificate = row.status === '挂失' ? [sm3(material(row).signer.certificate).toString('hex')] : [];
      return [row.esId, ...certificate].map((name) => [name, row.revokeTime as string] as const);
    }),
  );

/** The pages that people open outside the gateway: the confirmation, and the one-time download. */
const withPages =
  (desk: SigningDesk, gateway: SandboxHandler): SandboxHandler =>
  (request: SandboxRequest) => {
    const [, page, token = ''] = /^\/(authorize|download)\/(\w+)$/.exec(request.path) ?? [];
    if (page === 'authorize') return desk.confirm(token, request);
    if (page === 'download') return desk.download(token);
    return gateway(request);
  };
