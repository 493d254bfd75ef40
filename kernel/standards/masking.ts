// Counted in code points: a rare character of a name is two UTF-16 units, and half of one must never be sent.

/** The family names of two characters that are still met; there is no official list. */
const COMPOUND_FAMILY_NAMES: ReadonlySet<string> = new Set(
  '欧阳司马上官诸葛东方皇甫尉迟公孙慕容令狐司徒司空夏侯端木百里南宫长孙宇文轩辕呼延申屠太史独孤澹台公冶濮阳淳于单于闻人赫连'.match(
    /../g,
  ),
);

/**
 * A name with only the family name left: `欧阳**`, `张*`. A name of one character disappears.
 *
 * For organisations and names in Latin letters the first character stays.
 */
export const maskName = (name: string): string => {
  const characters = [...name];
  const kept = characters.length > 2 && COMPOUND_FAMILY_NAMES.has(characters.slice(0, 2).join('')) ? 2 : 1;
  return masked(characters, characters.length > kept ? kept : 0, 0);
};

/**
 * An identity number with the division and the last two characters left: `441402**********1X`.
 *
 * Upstream systems leave two to four at the end. We leave two: who knows the birthday and sees four knows the whole
 * number, since the serial and the check are just these four; with two, some nine numbers stay possible. Other
 * certificates keep their first and last character.
 */
export const maskIdentityNumber = (number: string): string => {
  const characters = [...number];
  if (characters.length >= 15) return masked(characters, 6, 2);
  return characters.length >= 5 ? masked(characters, 1, 1) : masked(characters, 0, 0);
};

/** A telephone number: a mobile number as `138****1234`, any other from eight characters on with its last four left. */
export const maskPhone = (phone: string): string => {
  const characters = [...phone];
  if (/^1\d{10}$/.test(phone)) return masked(characters, 3, 4);
  return masked(characters, 0, characters.length >= 8 ? 4 : 0);
};

/**
 * An address with province, city and county left and the rest as six stars, so that not even its length shows.
 * What does not look like a division is hidden, if need be the whole address.
 */
export const maskAddress = (address: string): string => (DOWN_TO_COUNTY.exec(address)?.[0] ?? '') + '******';

// Names hold no character of a street or building, and a 区 is no district when it is a 小区, 社区 or 东区: those are homes.
const NAME = '[\\p{Script=Han}--[省市区县旗园苑村路街巷楼栋号镇乡]]';
const DOWN_TO_COUNTY = new RegExp(
  `^(?:${NAME}{1,6}(?:省|自治区|特别行政区))?(?:${NAME}{1,8}(?:市(?!场)|自治州|地区|盟))?` +
    `(?:${NAME}{1,8}(?<![小社片校厂矿东南西北中])(?:县区|旗区|区|县|旗|市(?!场)))?`,
  'v',
);

const masked = (characters: readonly string[], head: number, tail: number): string =>
  characters.map((character, index) => (index < head || index >= characters.length - tail ? character : '*')).join('');
