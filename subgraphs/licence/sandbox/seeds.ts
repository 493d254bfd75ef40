import { createHash } from 'node:crypto';
import { department, type DepartmentRecord } from '../../../kernel/sandbox/population/departments.ts';
import { ORGANISATIONS, type OrganisationRecord } from '../../../kernel/sandbox/population/organisations.ts';
import { ALL_PEOPLE, PEOPLE, RESIDENTS, type PersonRecord } from '../../../kernel/sandbox/population/people.ts';
import { STORY_CASES } from '../../../kernel/sandbox/population/stories.ts';
import { formatLicenceIdentifier } from '../../../kernel/standards/licenceIdentifier.ts';

/** A licence as the simulated system keeps it. */
export interface SeededLicence {
  /** 18 characters: division, year, serial. */
  readonly code: string;
  /** 9 digits. */
  readonly typeCode: string;
  readonly name: string;
  /** Number printed on it. */
  readonly number: string;
  readonly holders: readonly Holder[];
  readonly issuer: DepartmentRecord;
  /** `yyyy-MM-dd` */
  readonly issuedOn: string;
  readonly validFrom: string | null;
  readonly validUntil: string | null;
  readonly status: 'DRAFT' | 'REGISTERED' | 'ISSUED' | 'ABOLISHED';
  readonly caseNumber: string | null;
  readonly identifier: string | null;
  /** What stands on it, beside what every licence shows. */
  readonly face: Readonly<Record<string, unknown>>;
  readonly quirk: Quirk | null;
}

/** `no-right`: the system gives no right of use; `single-quotes`: its face is no JSON; `forged`: its data were altered after signing. */
export type Quirk = 'no-right' | 'single-quotes' | 'forged';

export interface Holder {
  readonly name: string;
  /** `10`, `40` or `70`. */
  readonly type: string;
  readonly number: string;
}

const POLICE = department('梅江区公安分局');
const HEALTH = department('梅江区卫生健康局');
const CIVIL_AFFAIRS = department('梅江区民政局');
const TAXATION = department('梅江区税务局');
const EDUCATION = department('梅江区教育局');
const MARKET = department('梅江区市场监督管理局');

/** Name and issuer of each type; the codes are those of the graph's catalogue. */
const TYPES: Readonly<Record<string, readonly [name: string, issuer: DepartmentRecord]>> = {
  '110000101': ['中华人民共和国居民身份证', POLICE],
  '110000201': ['出生医学证明', HEALTH],
  '110000301': ['居民户口簿', POLICE],
  '110000401': ['居住证', POLICE],
  '110000501': ['结婚证', CIVIL_AFFAIRS],
  '110000601': ['离婚证', CIVIL_AFFAIRS],
  '110000701': ['中华人民共和国残疾人证', department('梅江区残疾人联合会')],
  '110000801': ['婚育证明', HEALTH],
  '110000901': ['社会保险参保证明', department('梅江区人力资源和社会保障局')],
  '110001001': ['不动产权证书', department('梅江区自然资源分局')],
  '110001101': ['税收完税证明', TAXATION],
  '110001201': ['学历证明', EDUCATION],
  '110001301': ['机动车驾驶证', POLICE],
  '210000101': ['营业执照', MARKET],
  '210000201': ['食品经营许可证', MARKET],
  '210000301': ['道路运输经营许可证', department('梅江区交通运输局')],
  '210000401': ['卫生许可证', HEALTH],
};

const HOLDER_TYPES: Readonly<Record<string, string>> = { RESIDENT_ID: '10', HK_MACAO_PERMIT: '40' };

const person = ({ name, certificateType, certificateNumber }: PersonRecord): Holder => ({
  name,
  type: HOLDER_TYPES[certificateType] ?? '40',
  number: certificateNumber,
});

const organisation = ({ name, uscc }: OrganisationRecord): Holder => ({ name, type: '70', number: uscc });

/** The code under which the sandbox keeps a seeded licence; `nth` tells several of one type apart. */
export function seededCode({ number }: { number: string }, typeCode: string, issuedOn: string, nth = 0): string {
  const serial = createHash('sha256').update(`${number}/${typeCode}/${nth}`).digest('hex').slice(0, 8).toUpperCase();
  return `441402${issuedOn.slice(0, 4)}${serial}`;
}

interface Facts {
  readonly typeCode: string;
  readonly holders: readonly [Holder, ...Holder[]];
  readonly issuedOn: string;
  readonly number?: string;
  readonly validFrom?: string | null;
  readonly validUntil?: string | null;
  readonly status?: SeededLicence['status'];
  readonly caseNumber?: string;
  readonly identifier?: string;
  readonly face?: Readonly<Record<string, unknown>>;
  readonly quirk?: Quirk;
  readonly nth?: number;
}

function licence({ typeCode, holders, issuedOn, nth, ...facts }: Facts): SeededLicence {
  const [name, issuer] = TYPES[typeCode] ?? ['', POLICE];
  const code = seededCode(holders[0], typeCode, issuedOn, nth);
  return {
    code,
    typeCode,
    name,
    number: facts.number ?? `梅江${code.slice(6)}`,
    holders,
    issuer,
    issuedOn,
    validFrom: facts.validFrom === undefined ? issuedOn : facts.validFrom,
    validUntil: facts.validUntil ?? null,
    status: facts.status ?? 'ISSUED',
    caseNumber: facts.caseNumber ?? null,
    identifier: facts.identifier ?? null,
    face: facts.face ?? {},
    quirk: facts.quirk ?? null,
  };
}

const PHOTO = { file_suffix: 'jpg', file_data: '/9j/4AAQSkZJRgABAQ==' };

const identityCard = (who: PersonRecord): SeededLicence => {
  // Long-term from the age of 46, else 20 years; minors get five. Long-term is written as a far-future date.
  const longTerm = who.birthDate < '1972';
  const minor = who.birthDate > '2008';
  return licence({
    typeCode: '110000101',
    holders: [person(who)],
    number: who.certificateNumber,
    issuedOn: minor ? '2024-07-01' : '2018-03-01',
    validUntil: longTerm ? '2099-12-31' : minor ? '2029-07-01' : '2038-03-01',
    face: {
      XB: who.sex === 'MALE' ? '男' : '女',
      MZ: '汉',
      CSRQ: who.birthDate,
      XJZDZ: who.address,
      ZP: PHOTO,
    },
  });
};

const householdRegister = (who: PersonRecord): SeededLicence =>
  licence({
    typeCode: '110000301',
    holders: [person(who)],
    issuedOn: '2015-08-20',
    validFrom: null,
    face: { YHZGXDM: '01', HZ_XM: who.name, HJSZD: who.address },
  });

const OF_EVERYBODY: readonly SeededLicence[] = ALL_PEOPLE.filter(
  ({ certificateType }) => certificateType === 'RESIDENT_ID',
).flatMap((who) => (who === PEOPLE.minor ? [identityCard(who)] : [identityCard(who), householdRegister(who)]));

const couple = [person(PEOPLE.husband), person(PEOPLE.wife)] as const;
const shop = [organisation(ORGANISATIONS.shop), person(PEOPLE.shopOwner)] as const;
const company = [organisation(ORGANISATIONS.company)] as const;
const divorced = [person(PEOPLE.citizenL3)] as const;

const businessIdentifier = (serial: string): string =>
  formatLicenceIdentifier({ type: `${MARKET.uscc}001`, issuer: MARKET.uscc, serial, version: '001' });

const withOtherCheck = (identifier: string): string => identifier.slice(0, -1) + (identifier.endsWith('0') ? '1' : '0');

const OF_SOME: readonly SeededLicence[] = [
  licence({
    typeCode: '110000501',
    holders: couple,
    issuedOn: '2012-02-14',
    number: 'J441402-2012-000214',
    caseNumber: STORY_CASES.marriage.number,
  }),
  licence({ typeCode: '110000801', holders: [person(PEOPLE.wife)], issuedOn: '2013-11-05' }),
  licence({
    typeCode: '110000201',
    holders: [person(PEOPLE.minor)],
    issuedOn: '2014-06-10',
    number: 'O440017402',
    face: { CSRQ: PEOPLE.minor.birthDate, XB: '女' },
  }),
  licence({
    typeCode: '110000401',
    holders: [person(PEOPLE.hongKongPermitHolder)],
    issuedOn: '2023-09-18',
    number: '810000198002290018',
    validUntil: '2028-09-18',
    face: { XJZDZ: PEOPLE.hongKongPermitHolder.address, ZP: PHOTO },
  }),
  licence({
    typeCode: '110000901',
    holders: [person(PEOPLE.citizenL2)],
    issuedOn: '2024-05-06',
    face: { CBZT: '正常参保' },
  }),
  licence({
    typeCode: '110001001',
    holders: [person(PEOPLE.citizenL2)],
    issuedOn: '2019-04-22',
    number: '粤（2019）梅州市不动产权第0012345号',
    validUntil: '2088-04-21',
    face: { ZL: PEOPLE.citizenL2.address },
  }),
  licence({ typeCode: '110000501', holders: divorced, issuedOn: '2006-10-01', status: 'ABOLISHED' }),
  licence({ typeCode: '110000601', holders: divorced, issuedOn: '2016-12-08' }),
  licence({
    typeCode: '110001301',
    holders: divorced,
    issuedOn: '2021-05-30',
    number: PEOPLE.citizenL3.certificateNumber,
    validUntil: '2031-05-30',
    quirk: 'single-quotes',
    face: { ZJCX: 'C1"自动挡"', XB: '男', BZ: "driver's note" },
  }),
  licence({ typeCode: '110001101', holders: divorced, issuedOn: '2024-03-15', quirk: 'no-right' }),
  licence({
    typeCode: '110001201',
    holders: divorced,
    issuedOn: '2001-07-01',
    quirk: 'forged',
    face: { XL: '本科', ZY: '土木工程' },
  }),
  licence({
    typeCode: '110001201',
    holders: [person(PEOPLE.citizenL1)],
    issuedOn: '2018-06-30',
    face: { XL: '硕士', ZY: '软件工程' },
  }),
  ...RESIDENTS.slice(1, 2).map((who) =>
    licence({
      typeCode: '110000701',
      holders: [person(who)],
      issuedOn: '2020-08-01',
      number: `${who.certificateNumber}43`,
      validUntil: '2030-07-31',
    }),
  ),
  licence({
    typeCode: '210000101',
    holders: shop,
    issuedOn: '2018-09-01',
    number: ORGANISATIONS.shop.uscc,
    identifier: withOtherCheck(businessIdentifier('20180901000000000001')),
    face: { JYFW: '餐饮服务' },
  }),
  licence({
    typeCode: '210000201',
    holders: shop,
    issuedOn: '2018-09-10',
    number: 'JY24414020000017',
    validUntil: '2023-09-09',
    caseNumber: STORY_CASES.foodPermit.number,
  }),
  licence({
    typeCode: '210000101',
    holders: company,
    issuedOn: '2016-05-20',
    number: ORGANISATIONS.company.uscc,
    identifier: businessIdentifier('20160520000000000001'),
    caseNumber: STORY_CASES.enterpriseChange.number,
    face: { JYFW: '印制电路板研发、制造、销售' },
  }),
  licence({ typeCode: '210000301', holders: company, issuedOn: '2022-01-10', validUntil: '2032-01-09' }),
  licence({ typeCode: '210000401', holders: company, issuedOn: '2024-06-20', status: 'REGISTERED' }),
  licence({ typeCode: '210000201', holders: company, issuedOn: '2024-06-25', status: 'DRAFT' }),
];

/** With identity card and household register 151: one more than a page holds. */
const MONTHS_OF_TAX = 149;

const OF_THE_COLLECTOR: readonly SeededLicence[] = Array.from({ length: MONTHS_OF_TAX }, (_, index) => {
  const month = `${2012 + Math.floor(index / 12)}-${String(1 + (index % 12)).padStart(2, '0')}`;
  return licence({ typeCode: '110001101', holders: [person(PEOPLE.collector)], issuedOn: `${month}-15`, nth: index });
});

/** Everything that the simulated system holds at its start. */
export const SEEDED_LICENCES: readonly SeededLicence[] = [...OF_EVERYBODY, ...OF_SOME, ...OF_THE_COLLECTOR];
