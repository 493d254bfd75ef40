import type { HttpLayer, Send, UpstreamCall } from './call.ts';

const keyOf = ({ address, method, path, query, body }: UpstreamCall): string =>
  JSON.stringify([address, method, path, query, body]);

/**
 * Keeps answers of calls that carry `cacheMs` (public data only), newest use last, at most `maximum` entries.
 * Calls under way for the same key share one answer; failures are not kept.
 */
export function cached({ maximum, now }: { maximum: number; now: () => number }): HttpLayer {
  const entries = new Map<string, { untilMs: number; answer: Promise<unknown> }>();
  return <Value>(next: Send<UpstreamCall, Value>): Send<UpstreamCall, Value> =>
    (attempt) => {
      const { cacheMs } = attempt.call;
      if (cacheMs === undefined) return next(attempt);
      const key = keyOf(attempt.call);
      const known = entries.get(key);
      entries.delete(key);
      if (known && known.untilMs > now()) {
        entries.set(key, known);
        return known.answer as Promise<Value>; // one client decodes one key in one way, so the type is the one that was stored
      }
      const answer = next(attempt);
      const entry = { untilMs: now() + cacheMs, answer };
      entries.set(key, entry);
      answer.catch(() => entries.get(key) === entry && entries.delete(key));
      if (entries.size > maximum) entries.delete(entries.keys().next().value as string);
      return answer;
    };
}
