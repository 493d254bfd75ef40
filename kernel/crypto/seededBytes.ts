/**
 * Bytes for tests that look random and are the same in every run.
 *
 * @param seed A whole number; every seed gives other bytes.
 * @returns A function that gives the next so many bytes.
 */
export const seededBytes = (seed: number): ((length: number) => Buffer) => {
  let state = (seed * 2_654_435_761 + 1) >>> 0;
  const next = (): number => {
    // xorshift32
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 16) & 0xff;
  };
  return (length) => Buffer.from(Array.from({ length }, next));
};
