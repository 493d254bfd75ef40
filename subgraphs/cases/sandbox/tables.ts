/**
 * The exchange tables as a front-end database has them: text columns under quoted names, upper case where the integrations write
 * upper case. `EX_GDBS_SB`, `SBCL`, `SPCL`, `BJ` and `TBCXSQ` are those of the published integrations; the columns of the others were
 * met in one to three (Shenzhen Futian; Zhuhai for `BJGZ`, `BJSL`; `GDBLSX` and `LQDJ` in a message-queue client).
 */
const OWN_COLUMNS = {
  EX_GDBS_SB: `SXMC SXQXBM FSXBM FSXMC SQRLX SQRMC SQRZJLX SQRZJHM LXRXM LXRZJLX LXRSFZJHM LXRSJ LXRYX SBXMMC SBCLQD TJFS
    SBHZH SBSJ SBJTWD YSBLSH USERIDCODE WSSBQD OBTAIN_PAPER_WAY OBTAIN_DELIVER_WAY`,
  EX_GDBS_SBCL: 'SEQ CLMC STUFF_SEQ WJLX CLLX CLSL ATTACH_NAME ATTACH_ID ATTACH_SIGN ATTACH_TYPE ATTACH_PATH SAVE_TYPE',
  EX_GDBS_WSYSL: 'SXQXBM YWLSH YSLBMMC YSLBMZZJGDM BLRXM BLRGH YSLZTDM BSLYY BJBZSM YSLSJ YSLJTDD',
  EX_GDBS_SL: 'SXQXBM YWLSH YWCXMM SLBMMC SLBMZZJGDM BLRXM BLRGH SLZTDM BSLYY SLHZH SLSJ GXDXZQHDM GDBLSX GDBLSXDDW',
  EX_GDBS_SPCL: 'SXQXBM SPHJDM SPHJMC SPBMMC SPBMZZJDDM SPRXM SPRZWDM SPRZWMC SPYJ SPSJ SPHJZTDM',
  EX_GDBS_BZGZ: 'SXQXBM BZGZFCRXM BZGZYY BZCLQD BQBZCLBM BZGZSJ',
  EX_GDBS_BZSL: 'BZSLBLRXM BZCLQD BZSJ BZSLJTDD',
  EX_GDBS_BJGZ: 'XH BJGZFCRXM BJGZYY BJCLQD BJGZSJ BZSX',
  EX_GDBS_BJSL: 'XH BJSLBLRXM BJCLQD BJSJ BJSLJTDD',
  EX_GDBS_TBCXSQ: 'XH SXQXBM TBCXZL TBCXZLMC TBCXKSRQ TBCXPZR TBCXQDLYHYJ SQNR TBCXSX TBCXSXDW',
  EX_GDBS_TBCXJG: 'XH SXQXBM TBCXJG JGCSRQ TBCXJSRQ TBCXSFJE JEDWDM',
  EX_GDBS_BJ: 'SXQXBM BJBMMC BJBMZZJGDM ZFHTHYY BJJGDM BJJGMS ZJGZMC ZJBH ZJYXQX FZGZDW SFJE JEDWDM BJSJ',
  EX_GDBS_LQDJ: 'LQRXM LQRZJLX LQRSFZJHM LQFS LQSJ',
} as const;

const COMMON_COLUMNS = `SBLSH SBLSH_SHORT SXBM SXBM_SHORT XZQHDM F_XZQHDM PROJECT_CODE D_ZZJGDM VERSION REC_FLAG jsbs XML_DATA
  BZ BYZD BYZD1 BYZD2 BYZD3 BYZD4 INSERTTIME RESPONSETIME cd_batch cd_operation cd_time`;

export type TableName = keyof typeof OWN_COLUMNS;

export const TABLE_NAMES = Object.keys(OWN_COLUMNS) as TableName[];

/** One row for one of the tables; columns that are not named are null. */
export interface TableRow {
  readonly table: TableName;
  readonly columns: Readonly<Record<string, string | null>>;
}

const READER = 'exchange_reader';

const columnsOf = (table: TableName): string[] => `${COMMON_COLUMNS} ${OWN_COLUMNS[table]}`.split(/\s+/);

/** Makes the tables and a role that may only read them. */
export const createTables = (): string =>
  [
    `create role ${READER};`,
    ...TABLE_NAMES.flatMap((table) => [
      `create table "${table}" (${columnsOf(table)
        .map((column) => `"${column}" text`)
        .join(', ')});`,
      `create index on "${table}" ("SBLSH");`,
      `create index on "${table}" ("SBLSH_SHORT");`,
      `grant select on "${table}" to ${READER};`,
    ]),
  ].join('\n');

/** Replaces all rows, and leaves the database in the hands of the role that may only read. */
export const fillTables = (rows: readonly TableRow[]): string =>
  [
    'reset role;',
    ...TABLE_NAMES.map((table) => {
      const mine = rows.filter((row) => row.table === table).map(({ columns }) => columns);
      return `delete from "${table}"; insert into "${table}"
        select * from json_populate_recordset(null::"${table}", $rows$${JSON.stringify(mine)}$rows$::json);`;
    }),
    `set role ${READER};`,
  ].join('\n');
