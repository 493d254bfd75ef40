import { field, integer, isAbsent, nullable, oneOf, optional, string, unexpected, type Parse } from '../../../kernel/parse.ts';
import { parseDate, parseDateTime, parseValidUntil } from '../../../kernel/standards/dateTime.ts';
import { parseDivisionCode } from '../../../kernel/standards/divisionCode.ts';
import { fenFromYuan } from '../../../kernel/standards/money.ts';
import { parseOrganisationCode } from '../../../kernel/standards/organisationCode.ts';
import { usccCheck } from '../../../kernel/standards/uscc.ts';
import { certificateOf } from './certificates.ts';
import { implementingCode } from './itemCodes.ts';
import { isCaseNumber, type CaseMessage, type NamedCertificate } from './messages.ts';

type Row = Readonly<Record<string, unknown>>;

/** A table of the exchange: the columns that the graph asks for (no others leave the database) and what a row of it says. */
export interface ExchangeTable {
  readonly columns: readonly string[];
  readonly parse: (row: Row) => CaseMessage;
}

// --- texts as they stand in the rows

/** `无` and `-` stand where a sender had nothing to say. */
const words: Parse<string | null> = (value, place) => {
  if (isAbsent(value)) return null;
  const written = string(value, place).trim();
  if (written.includes('\uFFFD')) unexpected(place, 'text in the encoding that the database declares');
  return ['', '无', '-', '--', 'null'].includes(written) ? null : written;
};

const say = (row: Row, column: string): string | null => words(row[column], column);

const time = (row: Row, column: string): string | null => {
  const written = say(row, column);
  if (written === null) return null;
  const dateTime = parseDateTime(written);
  if (dateTime !== null) return dateTime;
  const date = parseDate(written);
  return date === null ? unexpected(column, 'a date, maybe with a time') : `${date}T00:00:00+08:00`;
};

const whole = (row: Row, column: string): number | null => optional(row, column, integer);

/** Some senders write the organisation code, some the social credit code around it. */
const departmentCode = (row: Row, column: string): string | null => {
  const written = say(row, column) ?? '';
  return parseOrganisationCode(written.length === 18 ? written.slice(8, 17) : written);
};

/** Every way in which a department may stand in a row: departments of the district are organs (11) or institutions (12). */
export const writtenDepartments = (code: string): string[] => [
  code,
  ...['11441402', '12441402'].map((head) => head + code + usccCheck(head + code)),
];

const named = (row: Row, name: string, typeCode: string, number: string): NamedCertificate => ({
  name: say(row, name),
  certificate: certificateOf(say(row, typeCode), say(row, number)),
});

const joined = (row: Row, ...columns: readonly string[]): string | null =>
  columns.flatMap((column) => say(row, column) ?? []).join('；') || null;

// --- what all tables have

/** Both numbers of a case, the version, and how the row changed. */
export const KEY_COLUMNS = ['SBLSH', 'SBLSH_SHORT', 'VERSION', 'D_ZZJGDM', 'cd_operation', 'cd_time'] as const;

const DEFAULT_VERSION = 1; // as the interface says of an empty VERSION

interface Columns {
  readonly at: string;
  readonly part?: string | null;
  readonly officer?: string;
  readonly department?: readonly [code: string, name: string];
}

const envelope = (row: Row, { at, part, officer, department }: Columns) => ({
  part: part ?? '',
  version: whole(row, 'VERSION') ?? DEFAULT_VERSION,
  at: time(row, at),
  changedAt: time(row, 'cd_time'),
  isWithdrawn: row['cd_operation'] === 'D',
  officer: officer ? say(row, officer) : null,
  department: {
    code: (department && departmentCode(row, department[0])) ?? departmentCode(row, 'D_ZZJGDM'),
    name: department ? say(row, department[1]) : null,
  },
});

// --- codes

const APPLICANT_KINDS = { '1': 'PERSON', '2': 'ENTERPRISE', '3': 'OTHER' } as const;
const CHANNELS = { '0': 'PC', '1': 'APP', '2': 'WAP', '3': 'OFFICIAL_ACCOUNT', '4': 'ALIPAY', '9': 'OTHER' } as const;
/** 1 受理, 2 不受理, 3 补齐补正, 4 不予受理. The pre-acceptance uses the first three. */
const ACCEPTANCES = { '1': 'ACCEPTED', '2': 'REFUSED', '3': 'SUPPLEMENT', '4': 'REFUSED' } as const;
/** 1 承办, 2 审核, 3 批准; departments add stages of their own. */
const STAGES: Readonly<Record<string, 'HANDLING' | 'CHECKING' | 'APPROVAL'>> = {
  '1': 'HANDLING',
  '2': 'CHECKING',
  '3': 'APPROVAL',
};
const PROCEDURES = { A: 'EXTENSION', B: 'STATUTORY_PROCEDURE' } as const;
const OUTCOMES = {
  '0': 'CERTIFIED',
  '1': 'RETURNED',
  '2': 'VOIDED',
  '3': 'DELETED',
  '4': 'FORWARDED',
  '5': 'SUPPLEMENT_MISSING',
  '6': 'COMPLETED',
} as const;
const MATERIAL_KINDS = { '0': 'ORIGINAL', '1': 'COPY', '2': 'ELECTRONIC' } as const;
const IS_ELECTRONIC = { '0': false, '1': true } as const;

// --- the tables

/**
 * The tables of the acceptance exchange. `EX_GDBS_SB`, `SBCL`, `SPCL`, `BJ` and `TBCXSQ` have the columns of the published
 * integrations; those of the others were met in one to three integrations, see the README.
 */
export const TABLES: Readonly<Record<string, ExchangeTable>> = {
  EX_GDBS_SB: {
    columns: [
      ...['SXBM', 'SXMC', 'SQRLX', 'SQRMC', 'SQRZJLX', 'SQRZJHM', 'LXRXM', 'LXRZJLX', 'LXRSFZJHM'],
      ...['SBXMMC', 'SBSJ', 'XZQHDM', 'YSBLSH', 'WSSBQD'],
    ],
    parse: (row) => ({
      kind: 'APPLICATION',
      ...envelope(row, { at: 'SBSJ' }),
      itemCode: implementingCode(say(row, 'SXBM') ?? ''),
      itemName: say(row, 'SXMC')?.replaceAll('\t', ' ') ?? null,
      project: say(row, 'SBXMMC'),
      applicant: { kind: field(row, 'SQRLX', oneOf(APPLICANT_KINDS)), ...named(row, 'SQRMC', 'SQRZJLX', 'SQRZJHM') },
      contact: named(row, 'LXRXM', 'LXRZJLX', 'LXRSFZJHM'),
      channel: optional(row, 'WSSBQD', oneOf(CHANNELS)),
      divisionCode: parseDivisionCode(say(row, 'XZQHDM') ?? '')?.code ?? null,
      previousNumber: [say(row, 'YSBLSH') ?? ''].find(isCaseNumber) ?? null,
    }),
  },
  EX_GDBS_SBCL: {
    columns: ['SEQ', 'CLMC', 'STUFF_SEQ', 'WJLX', 'CLLX', 'CLSL', 'ATTACH_NAME', 'ATTACH_SIGN', 'ATTACH_TYPE', 'INSERTTIME'],
    parse: (row) => {
      const md5 = say(row, 'ATTACH_SIGN')?.toLowerCase() ?? null;
      const slot = say(row, 'STUFF_SEQ') ?? say(row, 'CLMC') ?? '';
      return {
        kind: 'MATERIAL',
        ...envelope(row, { at: 'INSERTTIME', part: `${slot} ${md5 ?? say(row, 'SEQ') ?? ''}` }),
        slot,
        material: {
          number: say(row, 'STUFF_SEQ'),
          name: say(row, 'CLMC')?.replaceAll('\t', ' ') ?? null,
          kind: optional(row, 'CLLX', oneOf(MATERIAL_KINDS)),
          electronic: optional(row, 'WJLX', oneOf(IS_ELECTRONIC)),
          copies: whole(row, 'CLSL'),
          fileName: say(row, 'ATTACH_NAME'),
          fileType: say(row, 'ATTACH_TYPE')?.replace('.', '').toLowerCase() ?? null,
          md5: md5 === null || /^[0-9a-f]{32}$/.test(md5) ? md5 : unexpected('ATTACH_SIGN', 'an MD5 digest'),
        },
      };
    },
  },
  EX_GDBS_WSYSL: {
    columns: ['YSLBMMC', 'YSLBMZZJGDM', 'BLRXM', 'YSLZTDM', 'BSLYY', 'BJBZSM', 'YSLSJ'],
    parse: (row) => ({
      kind: 'PRE_ACCEPTANCE',
      ...envelope(row, { at: 'YSLSJ', officer: 'BLRXM', department: ['YSLBMZZJGDM', 'YSLBMMC'] }),
      outcome: field(row, 'YSLZTDM', oneOf(ACCEPTANCES)),
      note: joined(row, 'BSLYY', 'BJBZSM'),
    }),
  },
  EX_GDBS_SL: {
    columns: ['SLBMMC', 'SLBMZZJGDM', 'BLRXM', 'SLZTDM', 'BSLYY', 'SLSJ', 'GDBLSX', 'GDBLSXDDW'],
    parse: (row) => ({
      kind: 'ACCEPTANCE',
      ...envelope(row, { at: 'SLSJ', officer: 'BLRXM', department: ['SLBMZZJGDM', 'SLBMMC'] }),
      outcome: field(row, 'SLZTDM', oneOf(ACCEPTANCES)),
      note: say(row, 'BSLYY'),
      promisedWorkingDays: say(row, 'GDBLSXDDW') === 'G' ? promise(row) : null,
    }),
  },
  EX_GDBS_SPCL: {
    columns: ['SPHJDM', 'SPHJMC', 'SPBMMC', 'SPBMZZJDDM', 'SPRXM', 'SPYJ', 'SPSJ'],
    parse: (row) => ({
      kind: 'REVIEW',
      ...envelope(row, { at: 'SPSJ', part: say(row, 'SPHJDM'), officer: 'SPRXM', department: ['SPBMZZJDDM', 'SPBMMC'] }),
      stage: STAGES[say(row, 'SPHJDM') ?? ''] ?? 'OTHER_REVIEW',
      stageName: say(row, 'SPHJMC'),
      opinion: say(row, 'SPYJ'),
    }),
  },
  EX_GDBS_BZGZ: {
    columns: ['BZGZFCRXM', 'BZGZYY', 'BZCLQD', 'BZGZSJ'],
    parse: (row) => ({
      kind: 'SUPPLEMENT_NOTICE',
      ...envelope(row, { at: 'BZGZSJ', part: 'BZ', officer: 'BZGZFCRXM' }),
      note: joined(row, 'BZGZYY', 'BZCLQD'),
    }),
  },
  EX_GDBS_BZSL: {
    columns: ['BZSLBLRXM', 'BZCLQD', 'BZSJ'],
    parse: (row) => ({
      kind: 'SUPPLEMENT_RECEIPT',
      ...envelope(row, { at: 'BZSJ', part: 'BZ', officer: 'BZSLBLRXM' }),
      note: say(row, 'BZCLQD'),
    }),
  },
  EX_GDBS_BJGZ: {
    columns: ['XH', 'BJGZFCRXM', 'BJGZYY', 'BJCLQD', 'BJGZSJ'],
    parse: (row) => ({
      kind: 'SUPPLEMENT_NOTICE',
      ...envelope(row, { at: 'BJGZSJ', part: `BJ${say(row, 'XH') ?? ''}`, officer: 'BJGZFCRXM' }),
      note: joined(row, 'BJGZYY', 'BJCLQD'),
    }),
  },
  EX_GDBS_BJSL: {
    columns: ['XH', 'BJSLBLRXM', 'BJCLQD', 'BJSJ'],
    parse: (row) => ({
      kind: 'SUPPLEMENT_RECEIPT',
      ...envelope(row, { at: 'BJSJ', part: `BJ${say(row, 'XH') ?? ''}`, officer: 'BJSLBLRXM' }),
      note: say(row, 'BJCLQD'),
    }),
  },
  EX_GDBS_TBCXSQ: {
    columns: ['XH', 'TBCXZL', 'TBCXKSRQ', 'TBCXPZR', 'TBCXQDLYHYJ', 'SQNR'],
    parse: (row) => ({
      kind: 'PROCEDURE_START',
      ...envelope(row, { at: 'TBCXKSRQ', part: say(row, 'XH'), officer: 'TBCXPZR' }),
      procedure: field(row, 'TBCXZL', oneOf(PROCEDURES)),
      note: joined(row, 'TBCXQDLYHYJ', 'SQNR'),
    }),
  },
  EX_GDBS_TBCXJG: {
    columns: ['XH', 'TBCXJG', 'TBCXJSRQ'],
    parse: (row) => ({
      kind: 'PROCEDURE_END',
      ...envelope(row, { at: 'TBCXJSRQ', part: say(row, 'XH') }),
      note: say(row, 'TBCXJG'),
    }),
  },
  EX_GDBS_BJ: {
    columns: [
      ...['BJBMMC', 'BJBMZZJGDM', 'BJJGDM', 'BJJGMS', 'ZFHTHYY', 'ZJGZMC', 'ZJBH', 'ZJYXQX', 'FZGZDW', 'SFJE', 'JEDWDM'],
      'BJSJ',
    ],
    parse: (row) => ({
      kind: 'DECISION',
      ...envelope(row, { at: 'BJSJ', department: ['BJBMZZJGDM', 'BJBMMC'] }),
      decision: {
        outcome: field(row, 'BJJGDM', oneOf(OUTCOMES)),
        description: joined(row, 'BJJGMS', 'ZFHTHYY'),
        certificateName: say(row, 'ZJGZMC'),
        certificateNumber: say(row, 'ZJBH'),
        validUntil: parseValidUntil(say(row, 'ZJYXQX') ?? '')?.until ?? null,
        issuer: say(row, 'FZGZDW'),
        feeFen: fee(row),
      },
    }),
  },
  EX_GDBS_LQDJ: {
    columns: ['LQSJ'],
    parse: (row) => ({ kind: 'COLLECTION', ...envelope(row, { at: 'LQSJ' }) }),
  },
};

/** From 0 to 1000 working days. */
const promise = (row: Row): number | null =>
  nullable<number>((value, place) => {
    const days = integer(value, place);
    return days >= 0 && days <= 1000 ? days : unexpected(place, 'from 0 to 1000 days');
  })(row['GDBLSX'], 'GDBLSX');

/** In yuan unless another unit is written; an amount in a unit that nobody explains is not guessed. */
const fee = (row: Row): number | null => {
  const written = say(row, 'SFJE');
  if (written === null || !['CNY', null].includes(say(row, 'JEDWDM'))) return null;
  const fen = fenFromYuan(written);
  return fen === null || fen < 0 ? unexpected('SFJE', 'an amount in yuan') : fen;
};
