import { nullable, record, string, text, unexpected, type Parse } from '../../../kernel/parse.ts';
import { parseDate, parseValidUntil } from '../../../kernel/standards/dateTime.ts';
import { maskIdentityNumber } from '../../../kernel/standards/masking.ts';
import { isHeldWithAnother, type LicenceDetails, type LicenceFaceEntry } from './model.ts';

type Show = (value: string) => string;

const asIs: Show = (value) => value.replaceAll(/\d{17}[\dXx]/g, maskIdentityNumber);
const number: Show = maskIdentityNumber;
const date: Show = (value) => parseDate(value) ?? value;
const end: Show = (value) => {
  const validity = parseValidUntil(value);
  if (validity === null) return value;
  return validity.indefinite ? '长期' : validity.until;
};

/**
 * Face data by the initials of its Chinese name (DB44/T 2167.2 and published integrations; those after `HZ_XM` were met in single
 * integrations or are [modelled]). Both spellings of the first day of validity occur. What is not in this table is left out:
 * nobody has said what it would disclose. Photographs are such, and so are their containers.
 */
const FACE_FIELDS: Readonly<Record<string, readonly [key: string, label: string, show: Show]>> = {
  ZZMC: ['name', '证照名称', asIs],
  ZZHM: ['number', '证照号码', number],
  CYRMC: ['holderName', '持证人', asIs],
  CYRSFZJHM: ['holderNumber', '持证人证件号码', number],
  FZJGMC: ['issuerName', '发证机构', asIs],
  FZJGZZJGDM: ['issuerCode', '发证机构代码', asIs],
  FZJGSSXZQHDM: ['issuerDivision', '发证机构所属行政区划', asIs],
  FZRQ: ['issuedOn', '发证日期', date],
  YXQQSRQ: ['validFrom', '有效期起', date],
  YXQKSRQ: ['validFrom', '有效期起', date],
  YXQJSRQ: ['validUntil', '有效期止', end],
  YHZGXDM: ['relationToHead', '与户主关系', asIs],
  HZ_XM: ['headOfHousehold', '户主姓名', asIs],
  XB: ['sex', '性别', asIs],
  MZ: ['ethnicity', '民族', asIs],
  CSRQ: ['birthDate', '出生日期', date],
  HJSZD: ['registeredResidence', '户籍所在地', asIs],
  XJZDZ: ['address', '现居住地址', asIs],
  XL: ['education', '学历', asIs],
  ZY: ['major', '专业', asIs],
  ZJCX: ['vehicleClass', '准驾车型', asIs],
  ZL: ['location', '坐落', asIs],
  JYFW: ['businessScope', '经营范围', asIs],
};

/** Keys of what describes a person. */
const PARTICULARS: ReadonlySet<string> = new Set([
  ...['relationToHead', 'headOfHousehold', 'sex', 'ethnicity', 'birthDate'],
  ...['registeredResidence', 'address', 'education', 'major'],
]);

/**
 * The face as it may be shown. On a licence that others hold, too, nobody says whose the particulars are, and they may be the
 * other's: he is named there with his masked number, and no more is told of him.
 *
 * @param account Who looks at a licence of his own; null for whoever looks by duty, who sees all.
 */
export const shownFace = ({ licence, faceData }: LicenceDetails, account: string | null): LicenceFaceEntry[] => {
  const hidesParticulars = account !== null && isHeldWithAnother(licence, account);
  return faceData.filter(({ key }) => !hidesParticulars || !PARTICULARS.has(key));
};

const MAXIMUM_CHARACTERS = 262_144;
const MAXIMUM_ENTRIES = 60;

/**
 * The face of a licence from its text: a JSON document, in practice also with single quotes, so not JSON at all.
 *
 * @returns Entries in the source's order, at most 60.
 */
export const faceData: Parse<readonly LicenceFaceEntry[]> = (value, place) => {
  const document = record(looseJson(string(value, place), place), place);
  return Object.entries(document)
    .flatMap(([name, content]) => {
      const known = Object.hasOwn(FACE_FIELDS, name) ? FACE_FIELDS[name] : undefined;
      const written = known ? nullable(text)(content, `${place}.${name}`) : null;
      if (!known || written === null) return [];
      const [key, label, show] = known;
      return [{ key, label, value: show(written) }];
    })
    .slice(0, MAXIMUM_ENTRIES);
};

/** The source's name of one of our keys, the standard spelling where there are two; null when we have no such key. */
export const faceFieldOf = (key: string): string | null =>
  Object.entries(FACE_FIELDS).find(([, [ours]]) => ours === key)?.[0] ?? null;

function looseJson(document: string, place: string): unknown {
  if (document.length > MAXIMUM_CHARACTERS) unexpected(place, `at most ${MAXIMUM_CHARACTERS} characters`);
  for (const candidate of [document, doubleQuoted(document)]) {
    try {
      return JSON.parse(candidate);
    } catch {
      // the next way of writing it
    }
  }
  return unexpected(place, 'a JSON document in a text, with either kind of quotes');
}

/** The same document with its single-quoted texts in double quotes; texts that are in double quotes already stay as they are. */
const doubleQuoted = (document: string): string =>
  document.replaceAll(/"(?:[^"\\]|\\.)*"|'((?:[^'\\]|\\.)*)'/gs, (token, inside: string | undefined) =>
    inside === undefined ? token : `"${inside.replaceAll("\\'", "'").replaceAll(/(?<!\\)"/g, '\\"')}"`,
  );
