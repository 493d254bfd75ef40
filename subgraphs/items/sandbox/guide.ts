import { STORY_ITEMS } from '../../../kernel/sandbox/population/stories.ts';
import type { Profile } from '../../../kernel/sandbox/system.ts';
import { chance, type SimulatedItem } from './catalogue.ts';
import { TOWNS } from './towns.ts';

/** `AUDIT_ITEM` of one guide: texts all, as the portal writes them. */
export type AuditItem = Readonly<Record<string, string | null>>;

const HOURS = '周一至周五 8:30-12:00，14:30-17:30（法定节假日除外）';

const FEES: Readonly<Record<string, readonly Readonly<Record<string, string>>[]>> = {
  [STORY_ITEMS.realEstateRegistration.code]: [
    { FEE_NAME: '不动产登记费（住宅）', FEE_STAND: '80元/件', IS_DESC: '1', DESC_EXPLAIN: '小微企业免收' },
    { FEE_NAME: '不动产登记费（非住宅）', FEE_STAND: '550元/件', IS_DESC: '0', DESC_EXPLAIN: '' },
  ],
  [STORY_ITEMS.roadOccupation.code]: [
    { FEE_NAME: '城市道路占用费', FEE_STAND: '按占用面积和天数计', IS_DESC: '1', DESC_EXPLAIN: '市政公用设施抢修免收' },
  ],
};

/** The fees of an item. [modelled: the fields are those of the national table, the array's name is not published] */
export const feesOf = ({ code }: Pick<SimulatedItem, 'code'>) => FEES[code] ?? [];

/**
 * One guide. The confirmed names are `CATANAME`, `DEPT_NAME` and `AREA_CODE_TEXT`; the others are those of the national
 * implementation list in capitals [inferred].
 */
export function auditItemOf(item: SimulatedItem, { code, name }: { code: string; name: string }, profile: Profile): AuditItem {
  const { owner, immediate, visits, online, type, subject } = item;
  const promiseDays = immediate ? 0 : 3 + Math.floor(chance(item, 'promise') * 12);
  const fees = feesOf(item);
  return {
    TASK_CODE: code,
    TASK_NAME: name,
    CATANAME: subject,
    DEPT_CODE: owner.code,
    DEPT_NAME: owner.name,
    AREA_CODE: '441402',
    AREA_CODE_TEXT: '梅江区',
    TASK_TYPE: type,
    PROJECT_TYPE: immediate ? '1' : '2',
    ANTICIPATE_DAY: String(immediate ? 1 : promiseDays + 10),
    ANTICIPATE_TYPE: '1',
    PROMISE_DAY: String(promiseDays),
    PROMISE_TYPE: '1',
    HANDLE_TYPE: online ? '1,2,3' : visits === 0 ? '1,3' : '1',
    LIMIT_SCENE_NUM: String(visits),
    LIMIT_SCENE_EXPLAIN: visits === 0 ? '' : '申请人须到现场核验原件',
    IS_ONLINE: online ? '1' : '0',
    ONLINE_HANDLE_DEPTH: online ? (visits === 0 ? '5' : '4') : '1',
    ONLINE_HANDLE_URL: online ? `https://www.gdzwfw.gov.cn/portal/v2/guide/${code}` : null,
    IS_FEE: fees.length > 0 ? '1' : '0',
    FEE_BASIS: fees.length > 0 ? '财政、价格主管部门有关收费规定' : '',
    IS_PAY_ONLINE: fees.length > 0 ? '1' : '0',
    IS_SCHEDULE: '1',
    IS_EXPRESS: online || visits === 0 ? '1' : '0',
    IS_SERVICE_TERMINALS: type === '20' ? '1' : '0',
    ACCEPT_CONDITION: `申请人符合《${subject}》规定的条件，材料齐全且符合法定形式。`,
    HANDLE_FLOW: '1.申请；2.受理；3.审查；4.决定；5.送达。',
    TRANSACT_ADDR: placesOf(item).join('\n'),
    TRANSACT_TIME: HOURS,
    LINK_WAY: linkWay(item, profile),
    SUPERVISE_WAY: '12345',
    BY_LAW: `《广东省${subject}管理规定》`,
    ...resultOf(subject),
    TOWN_CODE: item.towns.join(','),
    VILLAGE_CODE: item.villages.join(','),
  };
}

/** A line for each hall: name, colon, address. */
const placesOf = ({ level, owner, towns }: SimulatedItem): string[] => [
  ...(level === '4' ? [`梅江区政务服务中心：梅州市梅江区政务服务中心综合窗口（${owner.name}）`] : []),
  ...TOWNS.filter(({ code }) => towns.includes(code)).map(
    ({ name }) => `${name}党群服务中心：梅州市梅江区${name}党群服务中心综合窗口`,
  ),
];

/** No subscriber's number begins with 0, so these ring nowhere; in real life some offices also publish an officer's mobile number. */
function linkWay({ owner }: SimulatedItem, profile: Profile): string {
  const landline = `0753-0${String(Math.floor(chance(owner, 'phone') * 1_000_000)).padStart(6, '0')}`;
  return profile === 'real-life' && chance(owner, 'mobile') < 0.2 ? `${landline}、19900001234` : landline;
}

/** The editors' rule: a name that ends in 证 is a certificate, in 文 a document, in 批复 an approval. */
function resultOf(subject: string): { RESULT_NAME: string; RESULT_TYPE: string } {
  if (/许可|登记|证$/.test(subject)) return { RESULT_NAME: `${subject.replace(/证$/, '')}证`, RESULT_TYPE: '出证办结' };
  if (/审批|核准|审查/.test(subject)) return { RESULT_NAME: `关于${subject}的批复`, RESULT_TYPE: '审批办结' };
  return { RESULT_NAME: `${subject}公文`, RESULT_TYPE: '出文办结' };
}
