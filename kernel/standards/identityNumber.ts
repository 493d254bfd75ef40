import { isDay } from './calendar.ts';
import { numberAt } from './digits.ts';

const WEIGHTS = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];
const CHECKS = '10X98765432';

// In JavaScript \d is ASCII alone, so full-width digits are refused here and not quietly taken for a number.
const EIGHTEEN = /^[1-8]\d{5}(?:18|19|20)\d{9}[\dX]$/;
const FIFTEEN = /^[1-8]\d{14}$/;
const SEVENTEEN = /^\d{17}$/;

/**
 * A resident identity number in its one form: 18 characters, a capital X.
 *
 * @param text 18 characters, or the 15 digits of before 1999 (the century 19 and the check are put in). Nothing is trimmed.
 * @returns `null` when the check is wrong, the birth date is no date, or a character is not ASCII.
 * @see GB 11643-1999 (ISO 7064 MOD 11,2)
 */
export const parseIdentityNumber = (text: string): string | null => {
  const number = FIFTEEN.test(text) ? withCheck(`${text.slice(0, 6)}19${text.slice(6)}`) : withCapital(text);
  if (!EIGHTEEN.test(number) || !isDay(numberAt(number, 6, 10), numberAt(number, 10, 12), numberAt(number, 12, 14))) return null;
  return identityNumberCheck(number.slice(0, 17)) === number[17] ? number : null;
};

/** Whether a text is a resident identity number in any form that {@link parseIdentityNumber} takes. */
export const isValidIdentityNumber = (text: string): boolean => parseIdentityNumber(text) !== null;

/**
 * The check character that belongs to the first 17 digits.
 *
 * @throws When they are not 17 ASCII digits.
 */
export const identityNumberCheck = (first17: string): string => {
  if (!SEVENTEEN.test(first17)) throw new RangeError('The check of an identity number is computed from its first 17 digits.');
  let sum = 0;
  for (let index = 0; index < 17; index += 1) sum += (WEIGHTS[index] ?? 0) * numberAt(first17, index, index + 1);
  return CHECKS.charAt(sum % 11);
};

const withCheck = (first17: string): string => first17 + identityNumberCheck(first17);

const withCapital = (text: string): string => (text.endsWith('x') ? text.toUpperCase() : text);
