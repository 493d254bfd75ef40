import { department } from './departments.ts';
import { ORGANISATIONS, type OrganisationRecord } from './organisations.ts';
import { PEOPLE, type PersonRecord } from './people.ts';

/** Whom a developer can sign in as. */
export interface Persona {
  readonly id: string;
  /** What he is good for, Chinese first. */
  readonly title: string;
  readonly account:
    | { readonly kind: 'PERSON'; readonly person: PersonRecord }
    | { readonly kind: 'AGENT'; readonly person: PersonRecord; readonly organisation: OrganisationRecord }
    | { readonly kind: 'STAFF'; readonly person: PersonRecord; readonly staffId: string; readonly departmentCode: string }
    | { readonly kind: 'APPLICATION'; readonly applicationId: string; readonly departmentCode: string };
}

const citizen = (person: PersonRecord, title: string): Persona => ({ id: person.id, title, account: { kind: 'PERSON', person } });

export const PERSONAS: readonly Persona[] = [
  citizen(PEOPLE.citizenL0, '未实名市民（L0） · citizen without real-name check'),
  citizen(PEOPLE.citizenL1, '初级实名市民（L1） · citizen, name and number matched'),
  citizen(PEOPLE.citizenL2, '实名市民（L2），有在办案件和待缴费用 · citizen with a case in progress and a fee to pay'),
  citizen(PEOPLE.citizenL3, '人脸核验市民（L3） · citizen verified by face'),
  citizen(PEOPLE.husband, '夫妻共有证照（夫） · husband, shares a licence'),
  citizen(PEOPLE.wife, '夫妻共有证照（妻） · wife, shares a licence'),
  citizen(PEOPLE.shopOwner, '个体户店主，许可证已过期 · shop owner with an expired licence'),
  {
    id: 'company-agent',
    title: '企业经办人 · agent of a company',
    account: { kind: 'AGENT', person: PEOPLE.companyAgent, organisation: ORGANISATIONS.company },
  },
  {
    id: 'official',
    title: '自然资源分局经办人员，有一宗在办案件 · official handling a case',
    account: {
      kind: 'STAFF',
      person: PEOPLE.official,
      staffId: 'chenlixin',
      departmentCode: department('梅江区自然资源分局').code,
    },
  },
  {
    id: 'department-application',
    title: '民政局业务系统 · application of the Civil Affairs Bureau',
    account: { kind: 'APPLICATION', applicationId: 'civil-affairs-aid', departmentCode: department('梅江区民政局').code },
  },
  citizen(PEOPLE.minor, '未成年人 · minor'),
  citizen(PEOPLE.hongKongPermitHolder, '港澳居民来往内地通行证持有人 · holder of a Hong Kong permit'),
  citizen(PEOPLE.collector, '持有 151 张证照（两页） · person with 151 licences (two pages)'),
  citizen(PEOPLE.rareName, '姓名含生僻字 · name with characters outside the basic plane'),
];
