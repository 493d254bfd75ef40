import type { LicenceKind, LicenceType } from '../upstream/model.ts';

const personal = (code: string, name: string, englishName: string, kind: LicenceKind = 'CERTIFICATE'): LicenceType => ({
  code,
  name,
  englishName,
  category: 'PERSONAL',
  kind,
});

const enterprise = (code: string, name: string, englishName: string): LicenceType => ({
  code,
  name,
  englishName,
  category: 'ENTERPRISE',
  kind: 'CERTIFICATE',
});

/**
 * The licence types of the catalogue: the personal ones that the district plan names in its section on electronic licences,
 * and the usual ones of enterprises. The codes have the published form (7 digits and `01`); they are [modelled], to be replaced
 * by those of the province's licence catalogue.
 */
export const LICENCE_TYPES: readonly LicenceType[] = [
  personal('110000101', '居民身份证', 'Resident identity card'),
  personal('110000201', '出生医学证明', 'Medical certificate of birth'),
  personal('110000301', '居民户口簿', 'Household register'),
  personal('110000401', '居住证', 'Residence permit'),
  personal('110000501', '结婚证', 'Marriage certificate'),
  personal('110000601', '离婚证', 'Divorce certificate'),
  personal('110000701', '残疾人证', 'Disability certificate'),
  personal('110000801', '婚育证明', 'Proof of marital and birth status', 'PROOF'),
  personal('110000901', '社保证明', 'Proof of social security', 'PROOF'),
  personal('110001001', '不动产权证书', 'Real estate ownership certificate'),
  personal('110001101', '完税证明', 'Proof of tax payment', 'PROOF'),
  personal('110001201', '学历学籍证明', 'Proof of education', 'PROOF'),
  personal('110001301', '机动车驾驶证', 'Driving licence'),
  enterprise('210000101', '营业执照', 'Business licence'),
  enterprise('210000201', '食品经营许可证', 'Food business permit'),
  enterprise('210000301', '道路运输经营许可证', 'Road transport permit'),
  enterprise('210000401', '卫生许可证', 'Sanitary permit'),
];

const BY_CODE: ReadonlyMap<string, LicenceType> = new Map(LICENCE_TYPES.map((type) => [type.code, type]));

/** The catalogued type of a 9-digit code; null when the catalogue has none. */
export const licenceTypeOf = (code: string): LicenceType | null => BY_CODE.get(code) ?? null;
