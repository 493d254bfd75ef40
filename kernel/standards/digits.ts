/** Whether an ASCII digit stands at a place of a text; behind its end there is none. */
export const isDigitAt = (text: string, place: number): boolean => {
  const code = text.charCodeAt(place);
  return code >= 48 && code <= 57;
};

/**
 * The number that ASCII digits write from one place of a text to before another. It is read where it stands: numbers, dates and
 * codes are checked by the thousand, and to cut them into pieces first costs more than the check.
 *
 * @returns `NaN` when anything else stands there or the text ends before.
 */
export const numberAt = (text: string, start: number, end: number): number => {
  let value = 0;
  for (let place = start; place < end; place += 1) {
    if (!isDigitAt(text, place)) return Number.NaN;
    value = value * 10 + text.charCodeAt(place) - 48;
  }
  return value;
};
