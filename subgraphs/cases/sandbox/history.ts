import { createHash } from 'node:crypto';
import type { OrganisationRecord } from '../../../kernel/sandbox/population/organisations.ts';
import type { PersonRecord } from '../../../kernel/sandbox/population/people.ts';
import type { StoryItem } from '../../../kernel/sandbox/population/stories.ts';
import type { TableName, TableRow } from './tables.ts';

/** Who applies for what, under which number. */
export interface CaseSeed {
  readonly number: string;
  readonly item: StoryItem;
  readonly applicant: PersonRecord | OrganisationRecord;
  readonly contact?: PersonRecord;
  readonly project?: string;
  readonly previousNumber?: string;
  readonly channel?: string;
}

/** Something that happened to a case; times are written `yyyy-MM-dd HH:mm:ss`. */
type Event = (seed: CaseSeed) => { table: TableName; at: string; columns: Readonly<Record<string, string | null>> };

/** All rows of a case as the interface prescribes them: one version each, in the order in which things happened. */
export const history = (seed: CaseSeed, ...events: readonly Event[]): TableRow[] =>
  events.map((event) => {
    const { table, at, columns } = event(seed);
    return {
      table,
      columns: {
        SBLSH: seed.number,
        SBLSH_SHORT: shortNumber(seed.number),
        SXBM: seed.item.code,
        SXBM_SHORT: seed.item.code.slice(-12),
        XZQHDM: '441402',
        D_ZZJGDM: seed.item.department.code,
        VERSION: '1',
        REC_FLAG: '1',
        jsbs: '1',
        INSERTTIME: at,
        cd_operation: 'I',
        cd_time: at,
        ...columns,
      },
    };
  });

/** The municipal number by which the tables are joined: date and serial [modelled]. */
const shortNumber = (number: string): string => `${number.slice(6, 14)}${number.slice(-6)}`;

const isPerson = (applicant: CaseSeed['applicant']): applicant is PersonRecord => 'personKey' in applicant;

const CERTIFICATE_CODES: Readonly<Record<string, string>> = { RESIDENT_ID: '10', HK_MACAO_PERMIT: '516' };

/** The certificate columns of a person, under the names that the table has for them. */
const certificate = ({ certificateType, certificateNumber }: PersonRecord, typeColumn: string, numberColumn: string) => ({
  [typeColumn]: CERTIFICATE_CODES[certificateType] ?? '10',
  [numberColumn]: certificateNumber,
});

export const applied =
  (at: string): Event =>
  ({ item, applicant, contact, project, previousNumber, channel }) => ({
    table: 'EX_GDBS_SB',
    at,
    columns: {
      SXMC: item.name,
      SQRMC: applicant.name,
      ...(isPerson(applicant)
        ? { SQRLX: '1', ...certificate(applicant, 'SQRZJLX', 'SQRZJHM'), USERIDCODE: applicant.subjectId }
        : { SQRLX: applicant.kind === 'SOCIAL_ORGANISATION' ? '3' : '2', SQRZJLX: '49', SQRZJHM: applicant.uscc }),
      ...(contact ? { LXRXM: contact.name, ...certificate(contact, 'LXRZJLX', 'LXRSFZJHM'), LXRSJ: contact.mobile } : {}),
      SBXMMC: project ?? null,
      YSBLSH: previousNumber ?? null,
      XZQHDM: applicant.divisionCode,
      SBSJ: at,
      WSSBQD: channel ?? '0',
      TJFS: '1',
      OBTAIN_PAPER_WAY: '0',
      OBTAIN_DELIVER_WAY: '0',
    },
  });

/** One material: on paper when it has no file. */
export const material =
  (at: string, slot: number, name: string, file?: string): Event =>
  ({ number }) => ({
    table: 'EX_GDBS_SBCL',
    at,
    columns: {
      SEQ: `${number.slice(-8)}-${slot}`,
      STUFF_SEQ: `CL${String(slot).padStart(3, '0')}`,
      CLMC: name,
      CLSL: '1',
      ...(file
        ? {
            WJLX: '1',
            CLLX: '2',
            ATTACH_NAME: file,
            ATTACH_ID: `${number.slice(-8)}${slot}`,
            ATTACH_SIGN: createHash('md5').update(`${number} ${file}`).digest('hex'),
            ATTACH_TYPE: file.split('.').at(-1) ?? '',
            SAVE_TYPE: '0',
          }
        : { WJLX: '0', CLLX: '0' }),
    },
  });

const OFFICER = '陈立新';

export const preAccepted =
  (at: string, status: '1' | '2' = '1', reason: string | null = null): Event =>
  ({ item }) => ({
    table: 'EX_GDBS_WSYSL',
    at,
    columns: {
      YSLBMMC: item.department.name,
      YSLBMZZJGDM: item.department.code,
      BLRXM: OFFICER,
      YSLZTDM: status,
      BSLYY: reason,
      YSLSJ: at,
    },
  });

/** @param days Working days in which the department promises to decide. */
export const accepted =
  (at: string, days: number): Event =>
  (seed) =>
    acceptance(seed, at, { SLZTDM: '1', GDBLSX: String(days), GDBLSXDDW: 'G' });

/** @param status `2` 不受理, `4` 不予受理. */
export const refused =
  (at: string, status: '2' | '4', reason: string): Event =>
  (seed) =>
    acceptance(seed, at, { SLZTDM: status, BSLYY: reason });

const acceptance = ({ item, number }: CaseSeed, at: string, columns: Readonly<Record<string, string>>) => ({
  table: 'EX_GDBS_SL' as const,
  at,
  columns: {
    YWLSH: `YW${number.slice(-12)}`,
    SLBMMC: item.department.name,
    SLBMZZJGDM: item.department.code,
    BLRXM: OFFICER,
    SLHZH: `HZ${number.slice(-12)}`,
    SLSJ: at,
    ...columns,
  },
});

const STAGES: Readonly<Record<string, string>> = { '1': '承办', '2': '审核', '3': '批准' };

/** @param stage `1` 承办, `2` 审核, `3` 批准, or one of the department's own with its name. */
export const reviewed =
  (at: string, stage: string, opinion: string, name = STAGES[stage] ?? '审批'): Event =>
  ({ item }) => ({
    table: 'EX_GDBS_SPCL',
    at,
    columns: {
      SPHJDM: stage,
      SPHJMC: name,
      SPBMMC: item.department.name,
      SPBMZZJDDM: item.department.code,
      SPRXM: OFFICER,
      SPYJ: opinion,
      SPSJ: at,
      SPHJZTDM: '1',
    },
  });

/** 补正: one round, numbered by its version. */
export const supplementAsked =
  (at: string, reason: string, wanted: string): Event =>
  () => ({ table: 'EX_GDBS_BZGZ', at, columns: { BZGZFCRXM: OFFICER, BZGZYY: reason, BZCLQD: wanted, BZGZSJ: at } });

export const supplementReceived =
  (at: string, received: string): Event =>
  () => ({ table: 'EX_GDBS_BZSL', at, columns: { BZSLBLRXM: OFFICER, BZCLQD: received, BZSJ: at } });

/** 补交: numbered rounds. */
export const moreAsked =
  (at: string, round: number, reason: string, wanted: string): Event =>
  () => ({
    table: 'EX_GDBS_BJGZ',
    at,
    columns: { XH: String(round), BJGZFCRXM: OFFICER, BJGZYY: reason, BJCLQD: wanted, BJGZSJ: at },
  });

export const moreReceived =
  (at: string, round: number, received: string): Event =>
  () => ({ table: 'EX_GDBS_BJSL', at, columns: { XH: String(round), BJSLBLRXM: OFFICER, BJCLQD: received, BJSJ: at } });

/** @param kind `A` extension, `B` statutory procedure. */
export const procedureStarted =
  (at: string, round: number, kind: 'A' | 'B', reason: string, days: number): Event =>
  () => ({
    table: 'EX_GDBS_TBCXSQ',
    at,
    columns: {
      XH: String(round),
      TBCXZL: kind,
      TBCXKSRQ: at,
      TBCXPZR: OFFICER,
      TBCXQDLYHYJ: reason,
      TBCXSX: String(days),
      TBCXSXDW: 'G',
    },
  });

export const procedureEnded =
  (at: string, round: number, result: string): Event =>
  () => ({
    table: 'EX_GDBS_TBCXJG',
    at,
    columns: { XH: String(round), TBCXJG: result, JGCSRQ: at, TBCXJSRQ: at, TBCXSFJE: '0', JEDWDM: 'CNY' },
  });

interface Certificate {
  readonly name: string;
  readonly number: string;
  readonly until?: string;
  readonly yuan?: string;
}

/** @param result Code of `BJJGDM`. */
export const decided =
  (at: string, result: string, description: string, issued?: Certificate): Event =>
  ({ item }) => ({
    table: 'EX_GDBS_BJ',
    at,
    columns: {
      BJBMMC: item.department.name,
      BJBMZZJGDM: item.department.code,
      BJJGDM: result,
      BJJGMS: description,
      BJSJ: at,
      ...(issued
        ? {
            ZJGZMC: issued.name,
            ZJBH: issued.number,
            ZJYXQX: issued.until ?? '长期',
            FZGZDW: item.department.name,
            SFJE: issued.yuan ?? '0',
            JEDWDM: 'CNY',
          }
        : {}),
    },
  });

export const collected =
  (at: string): Event =>
  ({ applicant }) => ({
    table: 'EX_GDBS_LQDJ',
    at,
    columns: {
      LQRXM: applicant.name,
      ...(isPerson(applicant) ? certificate(applicant, 'LQRZJLX', 'LQRSFZJHM') : {}),
      LQFS: '0',
      LQSJ: at,
    },
  });
