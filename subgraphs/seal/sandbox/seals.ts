import { createHash } from 'node:crypto';
import { DEPARTMENTS } from '../../../kernel/sandbox/population/departments.ts';
import { ORGANISATIONS } from '../../../kernel/sandbox/population/organisations.ts';
import type { PersonRecord } from '../../../kernel/sandbox/population/people.ts';
import type { Profile } from '../../../kernel/sandbox/system.ts';
import type { SealStandard } from '../upstream/signatures/ses.ts';
import { issue, type Identity, type Institutions } from './identities.ts';
import { makeSeal } from './ses.ts';

/** A seal as the simulated system keeps it, in its own words. */
export interface SealRow {
  readonly sealCode: string;
  readonly esId: string;
  readonly sealName: string;
  /** 01 法定名称章, 02 财务专用章, 03 发票专用章, 04 合同专用章, 05 电子名章, 99 其他 */
  readonly sealType: string;
  readonly orgCode: string;
  readonly orgName: string;
  /** Beijing time. */
  readonly validStart: string;
  readonly validEnd: string;
  readonly status: '正常' | '冻结' | '挂失' | '注销' | '过期';
  /** Since when it must not be used, Beijing time; null while it may. */
  readonly revokeTime: string | null;
  readonly width: number;
  readonly height: number;
  readonly layout: SealStandard;
  /** The seal lists digests instead of certificates. */
  readonly digestsOnly: boolean;
  /** Signatures get a time stamp. */
  readonly stamped: boolean;
  /** Somebody must confirm each signature on 粤商通; departments are authorised per item. */
  readonly confirmed: boolean;
  /** The organisation has allowed the platform to use its seals. */
  readonly authorised: boolean;
}

const KINDS = {
  '01': { suffix: '', width: 42, height: 42 },
  '02': { suffix: '财务专用章', width: 38, height: 38 },
  '03': { suffix: '发票专用章', width: 40, height: 30 },
  '04': { suffix: '合同专用章', width: 42, height: 42 },
  '99': { suffix: '业务专用章', width: 42, height: 42 },
} as const;

interface Owner {
  readonly uscc: string;
  readonly name: string;
}

function seal(owner: Owner, sealType: keyof typeof KINDS, traits: Partial<SealRow> = {}): SealRow {
  const { suffix, width, height } = KINDS[sealType];
  const sealCode = `DZYZ${owner.uscc.slice(8, 17)}${sealType}0001`;
  return {
    sealCode,
    esId: createHash('sha256').update(`meijiang-sandbox/${sealCode}`).digest('hex').slice(0, 32).toUpperCase(),
    sealName: owner.name + suffix,
    sealType,
    orgCode: owner.uscc,
    orgName: owner.name,
    validStart: '2021-01-01 00:00:00',
    validEnd: '2035-12-31 23:59:59',
    status: '正常',
    revokeTime: null,
    width,
    height,
    layout: 'GB_T_38540',
    digestsOnly: false,
    stamped: true,
    confirmed: false,
    authorised: true,
    ...traits,
  };
}

/** The seals of the district's organisations and departments; in real life some still have the old layout. */
export function sealRows(profile: Profile): readonly SealRow[] {
  const { company, shop, association } = ORGANISATIONS;
  const [naturalResources, marketRegulation] = ['梅江区自然资源分局', '梅江区市场监督管理局'];
  return [
    seal(company, '01', { confirmed: true }),
    seal(company, '02', { confirmed: true }),
    seal(company, '03', { confirmed: true, status: '冻结', revokeTime: '2024-05-06 09:00:00' }),
    seal(company, '04', { confirmed: true, status: '过期', validStart: '2018-01-01 00:00:00', validEnd: '2020-12-31 23:59:59' }),
    seal(shop, '01', { confirmed: true, authorised: false, digestsOnly: true, stamped: false }),
    seal(shop, '02', { confirmed: true, authorised: false, status: '挂失', revokeTime: '2024-03-01 08:30:00', stamped: false }),
    seal(association, '01', {
      confirmed: true,
      stamped: false,
      ...(profile === 'real-life' ? { layout: 'GM_T_0031' as const } : {}),
    }),
    ...DEPARTMENTS.map((department) => seal(department, '01')),
    ...DEPARTMENTS.filter(({ name }) => name === naturalResources).map((department) => seal(department, '99')),
    ...DEPARTMENTS.filter(({ name }) => name === marketRegulation).map((department) =>
      seal(department, '99', { status: '注销', revokeTime: '2023-01-01 00:00:00' }),
    ),
  ];
}

/** A seal with the key that signs under it. */
export interface SealMaterial {
  readonly seal: Buffer;
  readonly signer: Identity;
}

/** The seal itself and its holder's key and certificate. */
export function materialOf(row: SealRow, { authority, sealMaker }: Institutions): SealMaterial {
  const signer = issue({
    commonName: row.sealName,
    organisation: row.orgName,
    uscc: row.orgCode,
    usage: 'SIGNING',
    serial: serialOf(row.sealCode),
    issuer: authority,
  });
  const validFromMs = beijingMs(row.validStart);
  const seal = makeSeal({
    layout: row.layout,
    identifier: row.esId,
    type: Number(row.sealType),
    name: row.sealName,
    holders: [signer.certificate],
    digestsOnly: row.digestsOnly,
    createdMs: validFromMs,
    validFromMs,
    validUntilMs: beijingMs(row.validEnd),
    widthMm: row.width,
    heightMm: row.height,
    maker: sealMaker,
  });
  return { seal, signer };
}

/** A natural person's name seal (电子名章), made for the one signature that he confirms by face. */
export function personalMaterial(
  { subjectId, name }: PersonRecord,
  atMs: number,
  { authority, sealMaker }: Institutions,
): SealMaterial {
  const signer = issue({ commonName: name, usage: 'SIGNING', serial: serialOf(subjectId), issuer: authority });
  const seal = makeSeal({
    layout: 'GB_T_38540',
    identifier: createHash('sha256').update(`${subjectId}/${atMs}`).digest('hex').slice(0, 32).toUpperCase(),
    type: 5,
    name,
    holders: [signer.certificate],
    digestsOnly: false,
    createdMs: atMs,
    validFromMs: atMs,
    validUntilMs: atMs + 86_400_000,
    widthMm: 20,
    heightMm: 10,
    maker: sealMaker,
  });
  return { seal, signer };
}

/** 48 bits that belong to a text. */
const serialOf = (text: string): number => createHash('sha256').update(text).digest().readUIntBE(0, 6) + 1;

export const beijingMs = (written: string): number => Date.parse(`${written.replace(' ', 'T')}+08:00`);
