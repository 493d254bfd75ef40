const WEIGHTS = [3, 7, 9, 10, 5, 8, 4, 2];

/**
 * An organisation code in its one form: 9 characters without a hyphen.
 *
 * @param text 8 digits or capitals and the check, with or without the hyphen before it. Nothing is trimmed.
 * @returns `null` when the form or the check is wrong.
 * @see GB 11714-1997
 */
export const parseOrganisationCode = (text: string): string | null => {
  const [matched, body = '', check] = /^([0-9A-Z]{8})-?([0-9X])$/.exec(text) ?? [];
  return matched !== undefined && organisationCodeCheck(body) === check ? body + check : null;
};

/** Whether a text is an organisation code in any form that {@link parseOrganisationCode} takes. */
export const isValidOrganisationCode = (text: string): boolean => parseOrganisationCode(text) !== null;

/**
 * The check character that belongs to the first 8 characters.
 *
 * @throws When they are not 8 digits or capitals.
 */
export const organisationCodeCheck = (first8: string): string => {
  if (!/^[0-9A-Z]{8}$/.test(first8))
    throw new RangeError('The check of an organisation code is computed from 8 digits or capitals.');
  // parseInt in base 36 gives the standard's values: digits as themselves, A to Z as 10 to 35.
  const sum = WEIGHTS.reduce((total, weight, index) => total + weight * Number.parseInt(first8.charAt(index), 36), 0);
  return '0X987654321'.charAt(sum % 11);
};
