const YUAN = /^(-?)(\d+|\d{1,3}(?:,\d{3})+)(?:\.(\d{1,2}))?$/;

/**
 * An amount written in yuan as whole fen, without a floating-point step.
 *
 * @param yuan Up to two decimals, a sign and thousands separators allowed: `1,234.50`. Nothing is trimmed.
 * @returns `null` for any other form and beyond ±(2^53−1) fen.
 */
export const fenFromYuan = (yuan: string): number | null => {
  const [matched, sign = '', whole = '', decimals = ''] = YUAN.exec(yuan) ?? [];
  if (matched === undefined) return null;
  const fen = Number(whole.replaceAll(',', '') + decimals.padEnd(2, '0'));
  // Digits beyond the bound come out as an unsafe number, never as a wrong safe one. Zero has no sign.
  return Number.isSafeInteger(fen) ? (sign === '-' && fen !== 0 ? -fen : fen) : null;
};

/**
 * Whole fen as yuan with two decimals: `1234.50`.
 *
 * @throws When the amount is not a whole number within ±(2^53−1).
 */
export const yuanFromFen = (fen: number): string => {
  if (!Number.isSafeInteger(fen)) throw new RangeError('An amount must be a whole number of fen within ±(2^53−1).');
  const digits = String(Math.abs(fen)).padStart(3, '0');
  return `${fen < 0 ? '-' : ''}${digits.slice(0, -2)}.${digits.slice(-2)}`;
};
