import { department, type DepartmentRecord } from './departments.ts';
import { ORGANISATIONS } from './organisations.ts';
import { PEOPLE } from './people.ts';

/** Items, cases and notices that several simulated systems must agree on. Each system tells its own part in its own dialect. */

export interface StoryItem {
  /** 31 characters: USCC, level 4 (county), catalogue code. */
  readonly code: string;
  readonly name: string;
  readonly department: DepartmentRecord;
}

const item = (name: string, owner: DepartmentRecord, catalogueCode: string): StoryItem => ({
  code: `${owner.uscc}4${catalogueCode}`,
  name,
  department: owner,
});

/** The item portal lists these among its own, under just these codes. */
export const STORY_ITEMS = {
  foodBusinessPermit: item('食品经营许可（延续）', department('梅江区市场监督管理局'), '440131001000'),
  realEstateRegistration: item('国有建设用地使用权及房屋所有权转移登记', department('梅江区自然资源分局'), '440731002000'),
  marriageRegistration: item('内地居民结婚登记', department('梅江区民政局'), '440731003000'),
  residencePermit: item('港澳台居民居住证申领', department('梅江区公安分局'), '442031004000'),
  enterpriseChange: item('公司变更登记', department('梅江区市场监督管理局'), '440131005000'),
  birthAllowance: item('生育登记服务', department('梅江区卫生健康局'), '442031006000'),
  roadOccupation: item('城市道路占用许可', department('梅江区城市管理和综合执法局'), '440131007000'),
  disabledAllowance: item('残疾人两项补贴资格认定', department('梅江区民政局'), '440531008000'),
} as const satisfies Record<string, StoryItem>;

export type CaseState = 'SUBMITTED' | 'ACCEPTED' | 'SUPPLEMENT_REQUESTED' | 'SUSPENDED' | 'DECIDED' | 'COLLECTED';

export interface StoryCase {
  /** 29-digit acceptance number of the case platform. */
  readonly number: string;
  readonly item: StoryItem;
  readonly applicant: { readonly personKey: string | null; readonly uscc: string | null; readonly name: string };
  /** How far the case has come. */
  readonly state: CaseState;
}

const ofPerson = ({ personKey, name }: { personKey: string; name: string }) => ({ personKey, uscc: null, name });
const ofOrganisation = ({ uscc, name }: { uscc: string; name: string }) => ({ personKey: null, uscc, name });

export const STORY_CASES = {
  /** Accepted; the registration fee is still to be paid. The official handles it. */
  realEstate: {
    number: '44140220240506000000000000017',
    item: STORY_ITEMS.realEstateRegistration,
    applicant: ofPerson(PEOPLE.citizenL2),
    state: 'ACCEPTED',
  },
  /** Decided and collected. */
  marriage: {
    number: '44140220120214000000000000025',
    item: STORY_ITEMS.marriageRegistration,
    applicant: ofPerson(PEOPLE.husband),
    state: 'COLLECTED',
  },
  /** Waits for material: the permit has expired. */
  foodPermit: {
    number: '44140220240611000000000000033',
    item: STORY_ITEMS.foodBusinessPermit,
    applicant: ofPerson(PEOPLE.shopOwner),
    state: 'SUPPLEMENT_REQUESTED',
  },
  /** The clock stands: an inspection on site. */
  roadOccupation: {
    number: '44140220240620000000000000041',
    item: STORY_ITEMS.roadOccupation,
    applicant: ofOrganisation(ORGANISATIONS.company),
    state: 'SUSPENDED',
  },
  /** Decided (granted). */
  enterpriseChange: {
    number: '44140220240402000000000000058',
    item: STORY_ITEMS.enterpriseChange,
    applicant: ofOrganisation(ORGANISATIONS.company),
    state: 'DECIDED',
  },
  /** Just handed in. */
  residencePermit: {
    number: '44140220240701000000000000066',
    item: STORY_ITEMS.residencePermit,
    applicant: ofPerson(PEOPLE.hongKongPermitHolder),
    state: 'SUBMITTED',
  },
} as const satisfies Record<string, StoryCase>;

export interface StoryNotice {
  /** 20-digit payment code (缴款识别码); text, never a number. */
  readonly noticeNumber: string;
  readonly payer: { readonly personKey: string | null; readonly uscc: string | null; readonly name: string };
  readonly story: StoryCase | null;
  readonly chargeName: string;
  readonly amountFen: number;
  /** As of the start of the sandbox. */
  readonly state: 'ISSUED' | 'PAID' | 'VOID' | 'OVERDUE';
}

export const STORY_NOTICES = {
  realEstateFee: {
    noticeNumber: '44140224000000000017',
    payer: ofPerson(PEOPLE.citizenL2),
    story: STORY_CASES.realEstate,
    chargeName: '不动产登记费',
    amountFen: 8_000,
    state: 'ISSUED',
  },
  roadOccupationFee: {
    noticeNumber: '44140224000000000025',
    payer: ofOrganisation(ORGANISATIONS.company),
    story: STORY_CASES.roadOccupation,
    chargeName: '城市道路占用费',
    amountFen: 126_050,
    state: 'ISSUED',
  },
  paidAtCounter: {
    noticeNumber: '44140224000000000033',
    payer: ofPerson(PEOPLE.citizenL3),
    story: null,
    chargeName: '普通话水平测试费',
    amountFen: 5_000,
    state: 'PAID',
  },
  void: {
    noticeNumber: '44140224000000000041',
    payer: ofPerson(PEOPLE.citizenL2),
    story: null,
    chargeName: '不动产登记费',
    amountFen: 8_000,
    state: 'VOID',
  },
  overdue: {
    noticeNumber: '44140224000000000058',
    payer: ofPerson(PEOPLE.shopOwner),
    story: null,
    chargeName: '城市道路占用费',
    amountFen: 30_000,
    state: 'OVERDUE',
  },
} as const satisfies Record<string, StoryNotice>;
