/** Without I, O, S, V and Z, which are too like digits or each other. */
const ALPHABET = '0123456789ABCDEFGHJKLMNPQRTUWXY';
const WEIGHTS = [1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28];
const FORM = /^[0-9A-HJ-NP-RTUWXY]{2}\d{6}[0-9A-HJ-NP-RTUWXY]{10}$/;

/**
 * A unified social credit code in its one form: 18 characters, capitals.
 *
 * The check inside the organisation code (characters 9 to 17) is not asked for: the standard's check covers it.
 *
 * @param text ASCII; small letters are taken. Nothing is trimmed.
 * @returns `null` when the form or the check is wrong.
 * @see GB 32100-2015
 */
export const parseUscc = (text: string): string | null => {
  const code = text.replaceAll(/[a-z]/g, (letter) => letter.toUpperCase());
  return FORM.test(code) && usccCheck(code.slice(0, 17)) === code[17] ? code : null;
};

/** Whether a text is a unified social credit code in any form that {@link parseUscc} takes. */
export const isValidUscc = (text: string): boolean => parseUscc(text) !== null;

/**
 * The check character that belongs to the first 17 characters.
 *
 * @throws When they are not 17 characters of the code's alphabet.
 */
export const usccCheck = (first17: string): string => {
  let sum = 0;
  let isOfAlphabet = first17.length === 17;
  for (let index = 0; index < 17 && isOfAlphabet; index += 1) {
    const value = ALPHABET.indexOf(first17.charAt(index));
    isOfAlphabet = value >= 0;
    sum += (WEIGHTS[index] ?? 0) * value;
  }
  if (!isOfAlphabet) {
    throw new RangeError('The check of a social credit code is computed from its first 17 characters, without I, O, S, V and Z.');
  }
  return ALPHABET.charAt((31 - (sum % 31)) % 31);
};
