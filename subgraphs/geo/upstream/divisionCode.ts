import { ServiceError } from '../../../kernel/errors.ts';
import { text, unexpected, type Parse } from '../../../kernel/parse.ts';
import { parseDivisionCode, type Division } from '../../../kernel/standards/divisionCode.ts';

/** The district that this graph serves, in 12 digits. */
export const HOME_DISTRICT = '441402000000';

/** The digits that every division of the district begins with. */
const HOME_PREFIX = HOME_DISTRICT.slice(0, 6);

/** Whether a code of 12 digits is the district itself or a division inside it. */
export const isHome = (code: string): boolean => code.startsWith(HOME_PREFIX);

/**
 * A code of 6, 9 or 12 digits, or of the national map (`156`, the number of China in ISO 3166-1, before 6 digits), taken apart.
 * No division of 9 digits begins with 156: after 15 (Inner Mongolia) come 01 to 29.
 */
const divisionOf = (code: string): Division | null =>
  parseDivisionCode(code.length === 9 && code.startsWith('156') ? code.slice(3) : code);

/** One text for all forms of a code; anything else as it is. */
export const canonicalCode = (code: string): string => (code.length === 12 ? code : (divisionOf(code)?.code ?? code)); // 12 digits are the one form; other 12 characters are no code

/** @throws BAD_USER_INPUT that names the argument. */
export function divisionArgument(name: string, code: string): Division {
  const division = divisionOf(code);
  if (division) return division;
  throw new ServiceError('BAD_USER_INPUT', `Argument ${name} must be a division code of 6, 9 or 12 digits.`);
}

/** Any of the forms as the 12 digits of the graph. */
export const divisionCode: Parse<string> = (value, place) =>
  divisionOf(text(value, place))?.code ?? unexpected(place, 'a division code');

/** The form of the national map, for a division of county level or above. */
export const toNationalMapCode = (code: string): string => `156${code.slice(0, 6)}`;

/** The form of the division layer: as many digits as the level has. */
export const toLayerCode = (code: string): string => code.replace(/^(\d{6})000000$|^(\d{9})000$/, '$1$2');
