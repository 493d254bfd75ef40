import { sql, type RawBuilder } from 'kysely';
import { statement, type Value } from '../../../kernel/upstream/statement.ts';
import { KEY_COLUMNS, TABLES, writtenDepartments } from './tables.ts';

/** Above this an answer is not believed: 500 cases have some 6,000 rows. */
export const MAXIMUM_ROWS = 20_000;

/** Whose cases a list is about: a certificate as it may stand in a row, under the key by which the caller asked. */
export interface OwnerForm {
  readonly owner: string;
  readonly typeCode: string;
  readonly number: string;
  /** Only those that the reader's department handles, or that are the case of his purpose. */
  readonly isRestricted: boolean;
}

/** Of whom a restricted owner's cases may be read. */
export interface Reader {
  readonly department: string | null;
  readonly caseNumber: string | null;
}

export interface PageBounds {
  readonly offset: number;
  readonly size: number;
}

/** A page of the cases of some owners, as a reader may see them. */
export interface OwnersQuestion {
  readonly owners: readonly OwnerForm[];
  readonly reader: Reader;
  readonly page: PageBounds;
}

/** A page of the work of a department. */
export interface WorkQuestion {
  readonly department: string;
  readonly page: PageBounds;
}

/** A part of a statement. */
type Sql = RawBuilder<unknown>;

/** All rows of some cases, each as `{ table, row }`; one statement, so one call. */
export const rowsOfCases = statement<readonly string[]>(
  (value) => sql`
  with wanted as (
    select distinct number, t."SBLSH_SHORT" as short
    from unnest(${value((numbers) => numbers)}::text[]) number left join "EX_GDBS_SB" t on t."SBLSH" = number
  )
  ${rowsOfWanted}`,
);

/** One page of the cases of each owner, newest first, with all their rows and the totals. */
export const pageOfOwners = statement<OwnersQuestion>(
  (value) => sql`
  with owners as (
    select * from unnest(
      ${value(({ owners }) => owners.map(({ owner }) => owner))}::text[],
      ${value(({ owners }) => owners.map(({ typeCode }) => typeCode))}::text[],
      ${value(({ owners }) => owners.map(({ number }) => number))}::text[],
      ${value(({ owners }) => owners.map(({ isRestricted }) => isRestricted))}::boolean[]
    ) as o (owner, "typeCode", number, restricted)
  ),
  heads as (${applicationsWhere(sql`(t."SQRZJLX", t."SQRZJHM") in (select "typeCode", number from owners)`)}),
  listed as (
    select distinct o.owner, h.number, h.short, h.at from heads h
    join owners o on h."SQRZJLX" = o."typeCode" and h."SQRZJHM" = o.number
    where not o.restricted or h."D_ZZJGDM" = any(${value(({ reader }) => departmentsOf(reader))}::text[])
      or h.number = ${value(({ reader }) => reader.caseNumber)}
  ),
  ${paged(value, sql`at desc, number desc`)}`,
);

/** One page of the cases that a department still has to handle, oldest first, with all their rows and the total. */
export const pageToHandle = statement<WorkQuestion>(
  (value) => sql`
  with departments as (select * from unnest(${value(({ department }) => writtenDepartments(department))}::text[]) code),
  heads as (${applicationsWhere(sql`t."D_ZZJGDM" in (select code from departments)`)}),
  accepted as (${latest('EX_GDBS_SL')}),
  closed as (
    select number from (${latest('EX_GDBS_BJ')}) b
    union all select number from (${latest('EX_GDBS_LQDJ')}) l
    union all select number from accepted where "SLZTDM" in ('2', '4')
    union all select number from (${latest('EX_GDBS_WSYSL')}) w
      where "YSLZTDM" in ('2', '4') and not exists (select from accepted a where a.number = w.number)
  ),
  listed as (
    select ${value(({ department }) => department)}::text as owner, number, short, at from heads h
    where "D_ZZJGDM" in (select code from departments) and not exists (select from closed c where c.number = h.number)
  ),
  ${paged(value, sql`at, number`)}`,
);

const departmentsOf = ({ department }: Reader): string[] => (department === null ? [] : writtenDepartments(department));

/** Written with or without padding, with or without separators: after this, texts sort like the times they name. */
const sortable = (column: Sql): Sql =>
  sql`regexp_replace(regexp_replace(${column}, '(\\D)(\\d)(?=\\D|$)', '\\10\\2', 'g'), '\\D', '', 'g')`;

/** The same rule as in the fold: highest version first, then the row written last, then the one that takes back. */
const recency = sql`
  case when t."VERSION" ~ '^\\d{1,6}$' then t."VERSION"::int else 1 end desc,
  ${sortable(sql`coalesce(t."cd_time", '')`)} desc, (t."cd_operation" = 'D') desc nulls last`;

/** The valid application of each case of which any version meets the condition on `t`. */
const applicationsWhere = (condition: Sql): Sql => sql`
  select number, short, at, "SQRZJLX", "SQRZJHM", "D_ZZJGDM" from (
    select distinct on (t."SBLSH") t."SBLSH" as number, t."SBLSH_SHORT" as short, ${sortable(sql`coalesce(t."SBSJ", '')`)} as at,
      t."SQRZJLX", t."SQRZJHM", t."D_ZZJGDM", t."cd_operation"
    from "EX_GDBS_SB" t where t."SBLSH" in (select t."SBLSH" from "EX_GDBS_SB" t where ${condition})
    order by t."SBLSH", ${recency}
  ) valid where "cd_operation" is distinct from 'D'`;

/** The valid row of one table for each of the heads that has one; two joins, for a database can hash each but not both in one. */
const latest = (table: string): Sql => sql`
  select * from (
    select distinct on (number) * from (
      select h.number, t.* from heads h join ${sql.table(table)} t on t."SBLSH" = h.number
      union all
      select h.number, t.* from heads h join ${sql.table(table)} t on t."SBLSH_SHORT" = h.short and coalesce(t."SBLSH", '') = ''
    ) t
    order by number, ${recency}
  ) valid where "cd_operation" is distinct from 'D'`;

const paged = <Question extends { readonly page: PageBounds }>(value: Value<Question>, order: Sql): Sql => {
  const before = value(({ page }) => page.offset);
  const last = value(({ page }) => page.offset + page.size);
  return sql`
  placed as (select *, row_number() over (partition by owner order by ${order}) as place from listed),
  wanted as (select number, short from placed where place > ${before} and place <= ${last})
  select 'TOTAL' as "table", json_build_object('owner', owner, 'total', count(*)) as "row" from placed group by owner
  union all
  select 'PLACE', json_build_object('owner', owner, 'number', number, 'place', place) from placed
    where place > ${before} and place <= ${last}
  union all (${rowsOfWanted})`;
};

const rowsOfWanted = sql`${sql.join(
  Object.entries(TABLES).map(
    ([table, { columns }]) => sql`
      select ${sql.lit(table)} as "table", json_build_object(${sql.join(
        [...KEY_COLUMNS, ...columns].map((column) => sql`${sql.lit(column)}, t.${sql.ref(column)}`),
      )}) as "row" from ${sql.table(table)} t
      where t."SBLSH" = any(array(select number from wanted))
        ${table === 'EX_GDBS_SB' ? sql`` : sql`or t."SBLSH_SHORT" = any(array(select short from wanted))`}`, // arrays, so that both indexes serve
  ),
  sql` union all `,
)} limit ${sql.lit(MAXIMUM_ROWS + 1)}`;
