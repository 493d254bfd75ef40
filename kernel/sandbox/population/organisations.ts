import { PEOPLE, type PersonRecord } from './people.ts';

/** A legal person or individual business of the simulated district; the codes are synthetic (organisation part begins with X). */
export interface OrganisationRecord {
  readonly id: string;
  readonly uscc: string;
  readonly name: string;
  readonly kind: 'ENTERPRISE' | 'INDIVIDUAL_BUSINESS' | 'SOCIAL_ORGANISATION';
  readonly legalRepresentative: PersonRecord;
  readonly address: string;
  /** 12-digit community. */
  readonly divisionCode: string;
  /** `yyyy-MM-dd` */
  readonly establishedOn: string;
}

export const ORGANISATIONS = {
  company: {
    id: 'company',
    uscc: '91441402X00000027X',
    name: '梅州市梅江区示例电路科技有限公司',
    kind: 'ENTERPRISE',
    legalRepresentative: PEOPLE.citizenL3,
    address: '梅州市梅江区城北镇车站社区宪梓北路18号',
    divisionCode: '441402105002',
    establishedOn: '2016-05-20',
  },
  shop: {
    id: 'shop',
    uscc: '92441402X00000035M',
    name: '梅江区示例腌面店',
    kind: 'INDIVIDUAL_BUSINESS',
    legalRepresentative: PEOPLE.shopOwner,
    address: '梅州市梅江区西郊街道马石社区油罗街3号',
    divisionCode: '441402007001',
    establishedOn: '2018-09-01',
  },
  association: {
    id: 'association',
    uscc: '52441402X00000051F',
    name: '梅江区示例客家文化服务中心',
    kind: 'SOCIAL_ORGANISATION',
    legalRepresentative: PEOPLE.rareName,
    address: '梅州市梅江区江南街道梅江社区梅江一路9号',
    divisionCode: '441402004009',
    establishedOn: '2020-01-10',
  },
} as const satisfies Record<string, OrganisationRecord>;

export const ALL_ORGANISATIONS: readonly OrganisationRecord[] = Object.values(ORGANISATIONS);
