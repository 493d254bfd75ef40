import { isAbsent, text, type Parse } from '../../../kernel/parse.ts';
import { maskPhone } from '../../../kernel/standards/masking.ts';

/**
 * A text that the portal publishes, in one line: tabs out of worksheets and hard spaces are gone, and an officer's mobile
 * number that stands in it is masked, since none leaves the graph.
 */
export const line: Parse<string> = (value, place) => tidy(text(value, place));

/** The same; null when there is none, which editors also write as 无 or /. */
export const optionalLine: Parse<string | null> = (value, place) => {
  const tidied = isAbsent(value) ? '' : line(value, place);
  return isNone(tidied) ? null : tidied;
};

/** A text of several lines: one entry for each that says something. */
export const lines: Parse<string[]> = (value, place) =>
  isAbsent(value)
    ? []
    : text(value, place)
        .split(/[\r\n]+/)
        .map(tidy)
        .filter((entry) => !isNone(entry));

/** Telephone numbers, however they are separated. */
export const phones: Parse<string[]> = (value, place) =>
  lines(value, place)
    .flatMap((entry) => entry.split(/[,，;；、/\s]+/))
    .filter((phone) => phone !== '');

const tidy = (raw: string): string =>
  raw
    .replaceAll(/\t/g, '')
    .replaceAll(/[\r\n\u00a0\s]+/g, ' ')
    .trim()
    .replaceAll(/(?<!\d)1[3-9]\d{9}(?!\d)/g, maskPhone);

const isNone = (tidied: string): boolean => tidied === '' || tidied === '无' || tidied === '/';
