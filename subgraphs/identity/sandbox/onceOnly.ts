import type { Clock } from '../../../kernel/clock.ts';

/** Codes and tokens that are good once and for a time. */
export interface OnceOnly<Value> {
  /** A new text that stands for the value. */
  issue(text: string, value: Value): string;
  /** The value, and never again; null when the text is unknown, used or too old. */
  take(text: string): Value | null;
}

export function onceOnly<Value>({ clock, lifeMs }: { clock: Clock; lifeMs: number }): OnceOnly<Value> {
  const issued = new Map<string, { value: Value; untilMs: number }>();
  return {
    issue: (text, value) => {
      issued.set(text, { value, untilMs: clock.now() + lifeMs });
      return text;
    },
    take: (text) => {
      const entry = issued.get(text);
      issued.delete(text);
      return entry && entry.untilMs > clock.now() ? entry.value : null;
    },
  };
}
