import { createHash } from 'node:crypto';
import { identityNumberCheck } from '../../standards/identityNumber.ts';
import type { AssuranceLevel } from '../../context.ts';
import { invariant } from '../../errors.ts';
import { personKeyOf, type CertificateType } from '../../standards/certificate.ts';

/** A natural person of the simulated district. Nobody living is meant: identity numbers stand under 441490, which is not assigned. */
export interface PersonRecord {
  /** Short name for seeds and personas, e.g. `citizen-l2`. */
  readonly id: string;
  readonly name: string;
  readonly sex: 'MALE' | 'FEMALE';
  /** `yyyy-MM-dd` */
  readonly birthDate: string;
  readonly certificateType: CertificateType;
  readonly certificateNumber: string;
  /** `certificate type:number`, the key by which adapters know people. */
  readonly personKey: string;
  /** Identifier on the identity platform. */
  readonly subjectId: string;
  readonly assurance: AssuranceLevel;
  readonly mobile: string;
  readonly address: string;
  /** 12-digit community. */
  readonly divisionCode: string;
}

const UNASSIGNED_DIVISION = '441490';

interface Draft {
  readonly id: string;
  readonly name: string;
  readonly birthDate: string;
  /** Odd for men, even for women (GB 11643). */
  readonly serial: number;
  readonly assurance?: AssuranceLevel;
  readonly certificate?: { readonly type: CertificateType; readonly number: string };
  readonly address?: string;
  readonly divisionCode?: string;
}

/** Opaque and stable: the platform's ids say nothing about the person. */
const subjectIdOf = (id: string): string =>
  `gd${createHash('sha256').update(`meijiang-sandbox/${id}`).digest('hex').slice(0, 22)}`;

function person({ id, name, birthDate, serial, assurance = 'L2', certificate, address, divisionCode }: Draft): PersonRecord {
  const body = `${UNASSIGNED_DIVISION}${birthDate.replaceAll('-', '')}${String(serial).padStart(3, '0')}`;
  const { type, number } = certificate ?? { type: 'RESIDENT_ID' as const, number: body + identityNumberCheck(body) };
  const personKey = personKeyOf(type, number);
  invariant(personKey, `the certificate of ${id} is valid`);
  return {
    id,
    name,
    sex: serial % 2 === 1 ? 'MALE' : 'FEMALE',
    birthDate,
    certificateType: type,
    certificateNumber: number,
    personKey,
    subjectId: subjectIdOf(id),
    assurance,
    // 1990000xxxx is not given to subscribers of the sandbox's province.
    mobile: `1990000${String(1000 + serial).padStart(4, '0')}`,
    address: address ?? `梅州市梅江区江南街道江南社区文化路${serial}号`,
    divisionCode: divisionCode ?? '441402004003',
  };
}

/** The people behind the personas; what each is for stands in `personas.ts`. */
export const PEOPLE = {
  citizenL0: person({ id: 'citizen-l0', name: '丘晓雨', birthDate: '2001-03-08', serial: 20, assurance: 'L0' }),
  citizenL1: person({ id: 'citizen-l1', name: '谢文强', birthDate: '1996-07-19', serial: 31, assurance: 'L1' }),
  citizenL2: person({
    id: 'citizen-l2',
    name: '梁秀梅',
    birthDate: '1988-11-02',
    serial: 42,
    address: '梅州市梅江区金山街道金山社区义化路26号',
    divisionCode: '441402006003',
  }),
  citizenL3: person({ id: 'citizen-l3', name: '古志远', birthDate: '1979-05-23', serial: 53, assurance: 'L3' }),
  husband: person({
    id: 'husband',
    name: '曾国辉',
    birthDate: '1985-01-17',
    serial: 61,
    assurance: 'L3',
    address: '梅州市梅江区三角镇美景社区梅松路8号',
    divisionCode: '441402102001',
  }),
  wife: person({
    id: 'wife',
    name: '温淑芬',
    birthDate: '1987-09-30',
    serial: 62,
    assurance: 'L2',
    address: '梅州市梅江区三角镇美景社区梅松路8号',
    divisionCode: '441402102001',
  }),
  shopOwner: person({
    id: 'shop-owner',
    name: '钟炳昌',
    birthDate: '1973-12-12',
    serial: 71,
    address: '梅州市梅江区西郊街道马石社区油罗街3号',
    divisionCode: '441402007001',
  }),
  companyAgent: person({ id: 'company-agent', name: '李慧敏', birthDate: '1991-04-15', serial: 82, assurance: 'L3' }),
  official: person({ id: 'official', name: '陈立新', birthDate: '1983-08-08', serial: 91, assurance: 'L3' }),
  minor: person({
    id: 'minor',
    name: '曾子晴',
    birthDate: '2014-06-01',
    serial: 102,
    address: '梅州市梅江区三角镇美景社区梅松路8号',
    divisionCode: '441402102001',
  }),
  hongKongPermitHolder: person({
    id: 'hk-permit-holder',
    name: '黄家豪',
    birthDate: '1980-02-29',
    serial: 111,
    certificate: { type: 'HK_MACAO_PERMIT', number: 'H00000017' },
    address: '梅州市梅江区长沙镇长沙墟镇社区客都大道1号',
    divisionCode: '441402103001',
  }),
  collector: person({ id: 'collector', name: '侯万卷', birthDate: '1968-10-10', serial: 121 }),
  rareName: person({
    id: 'rare-name',
    name: '李𬭎𠮷',
    birthDate: '1994-06-18',
    serial: 131,
    address: '梅州市梅江区西阳镇清凉移民社区新村路12号',
    divisionCode: '441402106002',
  }),
} as const satisfies Record<string, PersonRecord>;

const FAMILY_NAMES = '陈李黄张刘钟叶曾邓谢罗杨温古丘廖赖侯熊饶'.split('');
const GIVEN_NAMES = '伟芳娜秀敏静丽强磊军洋勇艳杰娟涛明超兰霞平刚桂英'.split('');
const RESIDENT_COUNT = 200;

/** 200 further residents, for batches: resident `n` is called `resident-n`. */
export const RESIDENTS: readonly PersonRecord[] = Array.from({ length: RESIDENT_COUNT }, (_, index) =>
  person({
    id: `resident-${index + 1}`,
    name: `${FAMILY_NAMES[index % FAMILY_NAMES.length]}${GIVEN_NAMES[(index * 7) % GIVEN_NAMES.length]}${GIVEN_NAMES[(index * 11 + 5) % GIVEN_NAMES.length]}`,
    birthDate: `${1950 + (index % 50)}-${String(1 + (index % 12)).padStart(2, '0')}-${String(1 + (index % 28)).padStart(2, '0')}`,
    serial: 200 + index,
    address: `梅州市梅江区江南街道梅龙社区新中路${index + 1}号`,
    divisionCode: '441402004001',
  }),
);

export const ALL_PEOPLE: readonly PersonRecord[] = [...Object.values(PEOPLE), ...RESIDENTS];
