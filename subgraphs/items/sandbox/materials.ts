import { createHash } from 'node:crypto';
import type { Profile } from '../../../kernel/sandbox/system.ts';
import { chance, type SimulatedItem } from './catalogue.ts';

/** Licences that a material can be, with the 9-digit basic code of their type in the e-licence system. */
const LICENCES = {
  居民身份证: '110000101',
  出生医学证明: '110000201',
  居民户口簿: '110000301',
  居住证: '110000401',
  结婚证: '110000501',
  离婚证: '110000601',
  残疾人证: '110000701',
  婚育证明: '110000801',
  社保证明: '110000901',
  不动产权证书: '110001001',
  完税证明: '110001101',
  学历学籍证明: '110001201',
  机动车驾驶证: '110001301',
  营业执照: '210000101',
  食品经营许可证: '210000201',
  道路运输经营许可证: '210000301',
  卫生许可证: '210000401',
} as const satisfies Record<string, string>;

type LicenceName = keyof typeof LICENCES;

/** Which licences an item asks for, by what it is about. */
const NEEDED: readonly (readonly [RegExp, LicenceName])[] = [
  [/残疾/, '残疾人证'],
  [/不动产|房屋|宅基地|土地|居住权|抵押/, '不动产权证书'],
  [/转移登记|首次登记/, '完税证明'],
  [/离婚/, '离婚证'],
  [/收养|转移登记|婚前/, '结婚证'],
  [/食品/, '食品经营许可证'],
  [/道路|运输证/, '道路运输经营许可证'],
  [/驾驶|出租汽车/, '机动车驾驶证'],
  [/卫生|诊所|医疗机构/, '卫生许可证'],
  [/出生|生育|接种|托育/, '出生医学证明'],
  [/独生子女|计划生育/, '婚育证明'],
  [/社会保险|养老|失业|工伤|医保|社会保障/, '社保证明'],
  [/教师|学籍|就业|人才|助学/, '学历学籍证明'],
  [/居住证|居住登记|流动人口/, '居住证'],
  [/户|迁|姓名|保障金|救助|津贴|结婚/, '居民户口簿'],
];

const PLAIN = ['情况说明', '场地使用证明', '近期免冠照片', '授权委托书'] as const;

/** 32 hexadecimal digits that are always the same for one text. */
export const guid = (text: string): string => createHash('md5').update(text).digest('hex');

type MaterialRow = Readonly<Record<string, unknown>>;

/** The two to six materials of one item, as `AUDIT_MATERIAL` spells them. Beside name and files the names are those of the national table. */
export function materialsOf(item: SimulatedItem, code: string, profile: Profile): readonly MaterialRow[] {
  const needed = NEEDED.flatMap(([about, licence]) => (about.test(item.subject) ? [licence] : []));
  const holder: LicenceName = item.serves === '2' ? '营业执照' : '居民身份证';
  const plain = PLAIN[Math.floor(chance(item, 'plain') * PLAIN.length)] ?? PLAIN[0];
  // In real life the names come out of worksheets, tabs included.
  const form = applicationForm(item, profile === 'strict' ? '申请表' : '申请表\t');
  const rows = [form, ...[holder, ...needed.slice(0, 3)].map((name) => licence(item, name))];
  if (rows.length < 3 || chance(item, 'more') < 0.4) rows.push(paper(plain));
  return rows.map((row, index) => ({
    ROWGUID: guid(`${code}/${String(row['MATERIAL_NAME']).trim()}`),
    ...row,
    ORDER_NUM: String(index + 1),
  }));
}

const applicationForm = (item: SimulatedItem, title: string): MaterialRow => ({
  MATERIAL_NAME: `${item.subject}${title}`,
  IS_NEED: '1',
  MATERIAL_FORMAT: '3',
  MATERIAL_TYPE: '1',
  PAGE_NUM: '1',
  SOURCE_TYPE: '10',
  SOURCE_EXPLAIN: '申请人自备',
  CERT_CODE: '',
  DZZZ_CATALOG_CODE: '',
  IS_NOCOMMIT: '0',
  NOCOMMIT_MODE: '',
  ACCEPT_STAND: '填写完整、签名清晰',
  FILL_EXPLAIN: '按样表填写，申请人签名',
  EXAMPLE_GUID: [file(`${item.subject}申请表（样表）.doc`)],
  FORM_GUID: [file(`${item.subject}申请表（空表）.doc`)],
});

const licence = (item: SimulatedItem, name: LicenceName): MaterialRow => ({
  MATERIAL_NAME: name,
  IS_NEED: '1',
  MATERIAL_FORMAT: '3',
  MATERIAL_TYPE: '1',
  PAGE_NUM: '1',
  SOURCE_TYPE: '20',
  SOURCE_EXPLAIN: '政府部门核发',
  // Some editors enter the licence item code (basic code, organisation, division), some only the basic code.
  CERT_CODE: chance(item, `cert/${name}`) < 0.5 ? `${LICENCES[name]}${item.owner.code}441402` : '',
  DZZZ_CATALOG_CODE: LICENCES[name],
  IS_NOCOMMIT: '1',
  NOCOMMIT_MODE: '电子证照',
  ACCEPT_STAND: '在有效期内',
  FILL_EXPLAIN: '',
  EXAMPLE_GUID: [],
  FORM_GUID: [],
});

const paper = (name: string): MaterialRow => ({
  MATERIAL_NAME: name,
  IS_NEED: name === '授权委托书' ? '2' : '3',
  MATERIAL_FORMAT: '1',
  MATERIAL_TYPE: '1',
  PAGE_NUM: '2',
  SOURCE_TYPE: '10',
  SOURCE_EXPLAIN: '申请人自备',
  CERT_CODE: '',
  DZZZ_CATALOG_CODE: '',
  IS_NOCOMMIT: '0',
  NOCOMMIT_MODE: '',
  ACCEPT_STAND: '',
  FILL_EXPLAIN: null,
  EXAMPLE_GUID: [],
  FORM_GUID: [],
});

const file = (name: string) => ({
  ATTACHNAME: name,
  ATTACHGUID: guid(name),
  FILEPATH: `//static.gdzwfw.gov.cn/guide/files/${guid(name)}`,
});
