import type { SandboxReply } from '../../../kernel/sandbox/system.ts';

/** A reply in JSON, with a byte-order mark where the system sends one. */
export const json = (body: unknown, { status = 200, mark = false } = {}): SandboxReply => ({
  status,
  body: (mark ? '\uFEFF' : '') + JSON.stringify(body),
});

/** The outcome of searches; `infocode` 1000 is good. */
export const searchOutcome = (infocode: number, cndesc: string) => ({ count: 0, resultType: 1, status: { infocode, cndesc } });

/** Parameters are JSON, also with single quotes; null when they are not. */
export function parameters(text: string | undefined): Readonly<Record<string, unknown>> | null {
  try {
    const value: unknown = JSON.parse((text ?? '').replaceAll("'", '"'));
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Record<string, unknown>) : null;
  } catch {
    return null;
  }
}
