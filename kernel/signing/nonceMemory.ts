/** `windowMs`: how long a nonce stays; `maximum`: how many are kept at most; `now`: milliseconds since 1970. */
export interface NonceMemoryOptions {
  readonly windowMs: number;
  readonly maximum: number;
  readonly now: () => number;
}

/**
 * A bounded memory of used nonces for one process.
 *
 * @returns A function that remembers a nonce and says whether it was seen within the window. When the memory is full of
 *   nonces still within the window, it says so of every new one: refusing a genuine request is better than letting a
 *   repeated one pass. Sized for the callers' agreed rate, that never happens.
 */
export const nonceMemory = ({ windowMs, maximum, now }: NonceMemoryOptions): ((nonce: string) => boolean) => {
  // A Map keeps the order of insertion, so the oldest is always the first.
  const seenAt = new Map<string, number>();
  return (nonce) => {
    const nowMs = now();
    for (const [oldest, atMs] of seenAt) {
      if (nowMs - atMs <= windowMs) break;
      seenAt.delete(oldest);
    }
    if (seenAt.has(nonce) || seenAt.size >= maximum) return true;
    seenAt.set(nonce, nowMs);
    return false;
  };
};
