const WEIGHTS = [3, 7, 9, 10, 5, 8, 4, 2];
const CHECKS = '0X987654321';
const BODY = /^[0-9A-Z]{8}$/;
const FORM = /^[0-9A-Z]{8}-?[0-9X]$/;

/**
 * An organisation code in its one form: 9 characters without a hyphen.
 *
 * @param text 8 digits or capitals and the check, with or without the hyphen before it. Nothing is trimmed.
 * @returns `null` when the form or the check is wrong.
 * @see GB 11714-1997
 */
export const parseOrganisationCode = (text: string): string | null => {
  if (!FORM.test(text)) return null;
  const body = text.slice(0, 8);
  const check = organisationCodeCheck(body);
  return text.endsWith(check) ? body + check : null;
};

/** Whether a text is an organisation code in any form that {@link parseOrganisationCode} takes. */
export const isValidOrganisationCode = (text: string): boolean => parseOrganisationCode(text) !== null;

/**
 * The check character that belongs to the first 8 characters.
 *
 * @throws When they are not 8 digits or capitals.
 */
export const organisationCodeCheck = (first8: string): string => {
  if (!BODY.test(first8)) throw new RangeError('The check of an organisation code is computed from 8 digits or capitals.');
  let sum = 0;
  for (let index = 0; index < 8; index += 1) sum += (WEIGHTS[index] ?? 0) * valueOf(first8.charCodeAt(index));
  return CHECKS.charAt(sum % 11);
};

/** Digits count as themselves, A to Z as 10 to 35. */
const valueOf = (code: number): number => (code <= 57 ? code - 48 : code - 55);
