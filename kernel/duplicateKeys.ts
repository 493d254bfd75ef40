/**
 * Whether a JSON text names a key of one object twice. Of two values every reader may take another one: what a filter in front of us
 * has checked need not be what we would answer.
 *
 * @param value What `JSON.parse` made of the text.
 */
export const hasDuplicateKeys = (text: string, value: unknown): boolean => keysWritten(text) > keysRead(value);

/** Strings with a colon behind them. */
function keysWritten(text: string): number {
  let count = 0;
  for (let start = text.indexOf('"'); start !== -1;) {
    const end = endOfString(text, start);
    let next = end + 1;
    while (isSpace(text.charCodeAt(next))) next += 1;
    if (text[next] === ':') count += 1;
    start = text.indexOf('"', next);
  }
  return count;
}

/** Where the string that begins at a place ends: at the first quotation mark that no backslash takes away. */
function endOfString(text: string, start: number): number {
  for (let end = text.indexOf('"', start + 1); ; end = text.indexOf('"', end + 1)) {
    let backslashes = 0;
    while (text[end - 1 - backslashes] === '\\') backslashes += 1;
    if (backslashes % 2 === 0) return end;
  }
}

/** Space, tab, line feed, carriage return: all that JSON knows. */
const isSpace = (code: number): boolean => code === 32 || code === 9 || code === 10 || code === 13;

/** Without recursion: a text may nest deeper than the stack. */
function keysRead(whole: unknown): number {
  let count = 0;
  const open = [whole];
  while (open.length > 0) {
    const value = open.pop();
    if (typeof value !== 'object' || value === null) continue;
    const items: unknown[] = Object.values(value);
    if (!Array.isArray(value)) count += items.length;
    for (const item of items) open.push(item);
  }
  return count;
}
