import { sm3 } from '../../../kernel/crypto/sm3.ts';
import { GatewayRefusal } from '../../../kernel/sandbox/gateway.ts';
import { department } from '../../../kernel/sandbox/population/departments.ts';
import { ORGANISATIONS } from '../../../kernel/sandbox/population/organisations.ts';
import { PEOPLE } from '../../../kernel/sandbox/population/people.ts';
import { bytesFromBase64 } from '../../../kernel/signing/base64.ts';
import { beijingMs, type SealRow } from './seals.ts';

export type Body = Readonly<Record<string, unknown>>;

/** What was handed in to be signed. */
export interface Draft {
  readonly bizNum: string;
  readonly fileName: string;
  readonly fileType: 'OFD' | 'PDF';
  /** SM3 in hex. */
  readonly fileHash: string;
  /** null when only the digest was handed in. */
  readonly file: Buffer | null;
}

/** A place for the impression: `COORD` from the upper left in millimetres (OFD), from the lower left in points (PDF). */
export interface Position {
  readonly mode: 'COORD' | 'KEYWORD' | 'EDGE';
  readonly page: number;
  readonly x: number;
  readonly y: number;
}

/** A task of the signing desk. */
export interface Order extends Draft {
  readonly signId: string;
  /** What was asked, to know a repeat from another request under the same number. */
  readonly asked: string;
  /** null for a signature by hand. */
  readonly row: SealRow | null;
  readonly subjectId: string | null;
  readonly positions: readonly Position[];
  readonly appliedMs: number;
  state: 'PENDING_AUTH' | 'SIGNED' | 'REJECTED' | 'FAILED';
  authorisation: { readonly token: string; readonly expiresMs: number } | null;
  signedMs: number | null;
  /** The signed file, or the bare signature over a digest. */
  signed: Buffer | null;
}

/** "Base64 up to 20 MB" [from the facts; that it counts the text is an assumption]. */
const MAXIMUM_BASE64 = 20 * 1024 * 1024;

/** @throws GatewayRefusal 40001 */
export function draftOf(body: Body): Draft {
  const { bizNum, fileName, fileType, fileData, fileHash } = body;
  if (typeof bizNum !== 'string' || bizNum === '' || typeof fileName !== 'string') throw new GatewayRefusal(40001, '参数不完整');
  if (fileType !== 'OFD' && fileType !== 'PDF') throw new GatewayRefusal(40001, '文件类型不支持');
  if (typeof fileData === 'string' && fileData.length > MAXIMUM_BASE64) throw new GatewayRefusal(40001, '文件超过20MB');
  const file = typeof fileData === 'string' ? bytesFromBase64(fileData) : null;
  const hash = file ? sm3(file).toString('hex') : fileHash;
  if (typeof hash !== 'string' || !/^[0-9a-f]{64}$/.test(hash)) throw new GatewayRefusal(40001, '文件或摘要格式错误');
  if (file && fileHash && fileHash !== hash) throw new GatewayRefusal(40001, '摘要与文件不一致');
  return { bizNum, fileName, fileType, fileHash: hash, file };
}

/** A sheet of A4 in each format's unit: who mixes them up falls off it. */
const SHEETS = { OFD: { x: 210, y: 297 }, PDF: { x: 595.3, y: 841.9 } } as const;

/** @throws GatewayRefusal 40001 */
export function positionsOf({ positions, fileType }: Body): readonly Position[] {
  const sheet = fileType === 'PDF' ? SHEETS.PDF : SHEETS.OFD;
  return (Array.isArray(positions) ? positions : []).map((position: Body) => {
    const { mode, page, x, y, keyword } = position;
    if (mode !== 'COORD' && mode !== 'KEYWORD' && mode !== 'EDGE') throw new GatewayRefusal(40001, '定位方式不支持');
    if (mode === 'KEYWORD' && !keyword) throw new GatewayRefusal(40001, '关键字必填');
    const [pageNo, across, along] = [Number(page ?? 1), Number(x ?? 0), Number(y ?? 0)];
    if (!(across >= 0 && across <= sheet.x && along >= 0 && along <= sheet.y)) throw new GatewayRefusal(40001, '坐标超出页面');
    return { mode, page: pageNo, x: across, y: along };
  });
}

/** Why a seal cannot be used; null when it can. */
export function refusalOf({ authorised, status, validStart, validEnd }: SealRow, nowMs: number): GatewayRefusal | null {
  if (!authorised) return new GatewayRefusal(40301, '企业未授权平台使用印章');
  if (status !== '正常') return new GatewayRefusal(40901, `印章状态为${status}`);
  if (nowMs < beijingMs(validStart) || nowMs > beijingMs(validEnd)) return new GatewayRefusal(40901, '印章不在有效期内');
  return null;
}

/** A task of the past: who, what, and how far it came. */
export interface Seed {
  readonly signId: string;
  readonly sealCode: string | null;
  readonly subjectId: string | null;
  readonly fileName: string;
  readonly state: Order['state'];
  readonly appliedAt: string;
}

const sealCode = (uscc: string, suffix: string): string => `DZYZ${uscc.slice(8, 17)}${suffix}`;
const bySeal = (
  signId: string,
  uscc: string,
  suffix: string,
  fileName: string,
  state: Order['state'],
  appliedAt: string,
): Seed => ({
  signId,
  sealCode: sealCode(uscc, suffix),
  subjectId: null,
  fileName,
  state,
  appliedAt,
});

const { company, association } = ORGANISATIONS;
const naturalResources = department('梅江区自然资源分局').uscc;

export const SEEDS: readonly Seed[] = [
  bySeal('QZ2024040200000001', company.uscc, '010001', '公司变更登记申请书.ofd', 'SIGNED', '2024-04-02 09:12:30'),
  bySeal('QZ2024062000000002', company.uscc, '010001', '城市道路占用申请表.ofd', 'PENDING_AUTH', '2024-06-20 10:00:00'),
  bySeal('QZ2024052100000003', company.uscc, '020001', '缴费说明.ofd', 'REJECTED', '2024-05-21 15:40:00'),
  bySeal('QZ2024031500000004', association.uscc, '010001', '活动备案表.ofd', 'SIGNED', '2024-03-15 11:05:00'),
  bySeal('QZ2024050700000005', naturalResources, '010001', '不动产登记受理通知书.ofd', 'SIGNED', '2024-05-07 08:45:10'),
  bySeal('QZ2024050700000006', naturalResources, '990001', '不动产登记簿摘录.ofd', 'FAILED', '2024-05-07 08:50:00'),
  {
    signId: 'QZ2024051000000007',
    sealCode: null,
    subjectId: PEOPLE.citizenL3.subjectId,
    fileName: '个人承诺书.ofd',
    state: 'SIGNED',
    appliedAt: '2024-05-10 20:15:00',
  },
];
