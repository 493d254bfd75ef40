/**
 * Keeps answers of public data that one system gives as a whole, until their promise of freshness ends; all requests share
 * them, also while they are under way. Failures are not kept, and neither is an answer that turned out wrong: unlike the
 * client's own cache, this one keeps what was parsed and compared.
 *
 * @param forMs How long an answer stands.
 */
export function remembered<Value>({ forMs, now }: { forMs: number; now: () => number }) {
  const kept = new Map<string, { readonly untilMs: number; readonly answer: Promise<Value> }>();
  return (key: string, ask: () => Promise<Value>): Promise<Value> => {
    const known = kept.get(key);
    if (known && known.untilMs > now()) return known.answer;
    const answer = ask();
    const entry = { untilMs: now() + forMs, answer };
    kept.set(key, entry);
    answer.catch(() => kept.get(key) === entry && kept.delete(key));
    return answer;
  };
}

/** The freshness promise of divisions and map services. */
export const DAY_MS = 24 * 60 * 60 * 1_000;
