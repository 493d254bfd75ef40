import { PEOPLE } from '../../../kernel/sandbox/population/people.ts';
import { ORGANISATIONS } from '../../../kernel/sandbox/population/organisations.ts';
import { STORY_CASES, STORY_ITEMS } from '../../../kernel/sandbox/population/stories.ts';
import {
  accepted,
  applied,
  collected,
  decided,
  history,
  material,
  moreAsked,
  moreReceived,
  preAccepted,
  procedureEnded,
  procedureStarted,
  refused,
  reviewed,
  supplementAsked,
  supplementReceived,
} from './history.ts';
import type { TableRow } from './tables.ts';

/** Numbers of cases beside the shared stories: the ways in which a case can end, and what may be missing. */
export const FURTHER_CASES = {
  /** The first try of the real-estate case: refused at the counter. */
  refusedBefore: '44140220240410000000000000074',
  /** Refused on-line; no acceptance at all. */
  refusedOnline: '44140220240415000000000000082',
  forwarded: '44140220240418000000000000090',
  voided: '44140220240419000000000000105',
  /** The supplement never came. */
  withdrawn: '44140220240422000000000000113',
  /** The row of its acceptance is lost; it has a stage of review of the department's own. */
  withoutAcceptance: '44140220240506000000000000121',
  /** Its application has not arrived. */
  withoutApplication: '44140220240507000000000000139',
  /** A number of 30 digits, from another office. */
  thirtyDigits: '441402202405080000000000000147',
} as const;

const idCard = (at: string, slot = 1) => material(at, slot, '居民身份证', '身份证.pdf');

/** The histories of the shared stories and of the further cases, times in Beijing. */
export const storyRows = (): TableRow[] => [
  ...history(
    {
      number: STORY_CASES.realEstate.number,
      item: STORY_CASES.realEstate.item,
      applicant: PEOPLE.citizenL2,
      project: '金山社区义化路26号房屋转移登记',
      previousNumber: FURTHER_CASES.refusedBefore,
      channel: '1',
    },
    applied('2024-05-06 09:12:31'),
    idCard('2024-05-06 09:12:31'),
    material('2024-05-06 09:12:31', 2, '房屋买卖合同', '买卖合同.pdf'),
    material('2024-05-06 09:12:31', 3, '不动产权证书'),
    preAccepted('2024-05-06 15:30:00'),
    accepted('2024-05-07 10:05:00', 5),
  ),
  ...history(
    { number: FURTHER_CASES.refusedBefore, item: STORY_ITEMS.realEstateRegistration, applicant: PEOPLE.citizenL2, channel: '1' },
    applied('2024-04-10 11:02:00'),
    idCard('2024-04-10 11:02:00'),
    preAccepted('2024-04-10 16:00:00'),
    refused('2024-04-11 09:40:00', '2', '未提交房屋买卖合同'),
    decided('2024-04-11 09:41:00', '1', '不予受理，退回申请人'),
  ),
  ...history(
    {
      number: STORY_CASES.marriage.number,
      item: STORY_CASES.marriage.item,
      applicant: PEOPLE.husband,
      contact: PEOPLE.wife,
      channel: '9',
    },
    applied('2012-02-14 09:00:00'),
    idCard('2012-02-14 09:00:00'),
    material('2012-02-14 09:00:00', 2, '居民户口簿'),
    accepted('2012-02-14 09:10:00', 1),
    reviewed('2012-02-14 09:20:00', '1', '材料齐全'),
    reviewed('2012-02-14 09:25:00', '2', '同意'),
    reviewed('2012-02-14 09:30:00', '3', '同意登记'),
    decided('2012-02-14 09:40:00', '0', '准予登记', { name: '结婚证', number: 'J441402-2012-000123', yuan: '9.00' }),
    collected('2012-02-14 09:50:00'),
  ),
  ...history(
    {
      number: STORY_CASES.foodPermit.number,
      item: STORY_CASES.foodPermit.item,
      applicant: PEOPLE.shopOwner,
      project: '梅江区示例腌面店',
      channel: '3',
    },
    applied('2024-06-11 08:45:00'),
    idCard('2024-06-11 08:45:00'),
    material('2024-06-11 08:45:00', 2, '食品经营许可证', '许可证.jpg'),
    accepted('2024-06-12 10:00:00', 10),
    reviewed('2024-06-13 15:00:00', '1', '许可证已过期，须补充说明'),
    supplementAsked('2024-06-17 09:00:00', '原许可证已于受理前过期', '新办申请表、经营场所平面图'),
  ),
  ...history(
    {
      number: STORY_CASES.roadOccupation.number,
      item: STORY_CASES.roadOccupation.item,
      applicant: ORGANISATIONS.company,
      contact: PEOPLE.citizenL3,
      project: '宪梓北路管线改造',
    },
    applied('2024-06-20 10:00:00'),
    material('2024-06-20 10:00:00', 1, '营业执照', '营业执照.ofd'),
    material('2024-06-20 10:00:00', 2, '占道施工方案', '方案.pdf'),
    accepted('2024-06-21 09:00:00', 10),
    reviewed('2024-06-24 09:30:00', '1', '方案缺交通疏导图'),
    moreAsked('2024-06-25 10:00:00', 1, '方案不完整', '交通疏导图'),
    moreReceived('2024-06-27 16:00:00', 1, '交通疏导图'),
    procedureStarted('2024-06-28 09:00:00', 1, 'B', '现场勘查', 10),
  ),
  ...history(
    {
      number: STORY_CASES.enterpriseChange.number,
      item: STORY_CASES.enterpriseChange.item,
      applicant: ORGANISATIONS.company,
      contact: PEOPLE.companyAgent,
    },
    applied('2024-04-02 09:00:00'),
    material('2024-04-02 09:00:00', 1, '变更登记申请书', '申请书.pdf'),
    accepted('2024-04-03 09:00:00', 3),
    reviewed('2024-04-07 10:00:00', '1', '建议准予'),
    procedureStarted('2024-04-08 09:00:00', 1, 'A', '章程修正案需复核', 3),
    procedureEnded('2024-04-10 17:00:00', 1, '复核通过'),
    reviewed('2024-04-11 09:00:00', '2', '同意'),
    reviewed('2024-04-12 09:00:00', '3', '准予变更'),
    decided('2024-04-12 11:00:00', '0', '准予变更登记', { name: '营业执照', number: '441402000012345' }),
  ),
  ...history(
    {
      number: STORY_CASES.residencePermit.number,
      item: STORY_CASES.residencePermit.item,
      applicant: PEOPLE.hongKongPermitHolder,
      channel: '2',
    },
    applied('2024-07-01 14:20:00'),
    material('2024-07-01 14:20:00', 1, '港澳居民来往内地通行证', '通行证.jpg'),
  ),
  ...history(
    { number: FURTHER_CASES.refusedOnline, item: STORY_ITEMS.birthAllowance, applicant: PEOPLE.citizenL3, channel: '4' },
    applied('2024-04-15 20:15:00'),
    idCard('2024-04-15 20:15:00'),
    preAccepted('2024-04-16 09:00:00', '2', '户籍不在本区'),
  ),
  ...history(
    { number: FURTHER_CASES.forwarded, item: STORY_ITEMS.disabledAllowance, applicant: PEOPLE.citizenL3 },
    applied('2024-04-18 09:00:00'),
    idCard('2024-04-18 09:00:00'),
    accepted('2024-04-18 10:00:00', 20),
    decided('2024-04-19 10:00:00', '4', '转报上级部门办理'),
  ),
  ...history(
    { number: FURTHER_CASES.voided, item: STORY_ITEMS.enterpriseChange, applicant: PEOPLE.citizenL3 },
    applied('2024-04-19 09:00:00'),
    idCard('2024-04-19 09:00:00'),
    decided('2024-04-19 09:05:00', '2', '重复申办'),
  ),
  ...history(
    { number: FURTHER_CASES.withdrawn, item: STORY_ITEMS.realEstateRegistration, applicant: PEOPLE.wife },
    applied('2024-04-22 09:00:00'),
    idCard('2024-04-22 09:00:00'),
    accepted('2024-04-23 09:00:00', 5),
    supplementAsked('2024-04-24 09:00:00', '缺少配偶同意书', '配偶同意书'),
    decided('2024-06-24 09:00:00', '5', '逾期未补正'),
  ),
  ...history(
    {
      number: FURTHER_CASES.withoutAcceptance,
      item: STORY_ITEMS.realEstateRegistration,
      applicant: PEOPLE.rareName,
      contact: PEOPLE.collector,
    },
    applied('2024-05-06 09:00:00'),
    idCard('2024-05-06 09:00:00'),
    reviewed('2024-05-08 09:00:00', '7', '无异议', '专家评审'),
    reviewed('2024-05-09 09:00:00', '3', '同意'),
    decided('2024-05-10 09:00:00', '6', '办结'),
  ),
  ...history(
    { number: FURTHER_CASES.withoutApplication, item: STORY_ITEMS.realEstateRegistration, applicant: PEOPLE.collector },
    accepted('2024-05-08 09:00:00', 5),
    reviewed('2024-05-09 09:00:00', '1', '拟同意'),
  ),
  ...history(
    { number: FURTHER_CASES.thirtyDigits, item: STORY_ITEMS.marriageRegistration, applicant: ORGANISATIONS.association },
    applied('2024-05-08 09:00:00'),
    material('2024-05-08 09:00:00', 1, '登记证书'),
    refused('2024-05-08 10:00:00', '4', '申请人不适格'),
  ),
  ...history(
    { number: '44140220240304000000000000155', item: STORY_ITEMS.foodBusinessPermit, applicant: PEOPLE.collector },
    applied('2024-03-04 09:00:00'),
    material('2024-03-04 09:00:00', 1, '申请表', '申请表.pdf'),
    preAccepted('2024-03-04 10:00:00'),
    supplementAsked('2024-03-05 09:00:00', '申请表未签名', '签名的申请表'),
    supplementReceived('2024-03-06 09:00:00', '签名的申请表'),
    accepted('2024-03-06 09:30:00', 10),
    reviewed('2024-03-07 09:00:00', '1', '拟准予'),
    decided('2024-03-12 09:00:00', '0', '准予许可', {
      name: '食品经营许可证',
      number: 'JY24414020000017',
      until: '2029-03-11',
      yuan: '1,200.50',
    }),
  ),
];
