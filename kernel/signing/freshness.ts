const UNITS = { seconds: { form: /^\d{10}$/, ms: 1000 }, milliseconds: { form: /^\d{13}$/, ms: 1 } } as const;

/** How a system counts its time stamps. */
export type TimestampUnit = keyof typeof UNITS;

/**
 * A time stamp as milliseconds since 1970.
 *
 * @returns `null` unless it has the 10 or 13 digits of its unit (years 2001 to 2286), which leaves no second reading when
 *   a signature joins it to its neighbours without a separator.
 */
export const timestampMs = (timestamp: string, unit: TimestampUnit): number | null =>
  UNITS[unit].form.test(timestamp) ? Number(timestamp) * UNITS[unit].ms : null;

/** Now, as a time stamp. */
export const timestampAt = (nowMs: number, unit: TimestampUnit): string => String(Math.floor(nowMs / UNITS[unit].ms));

/** What our side accepts where a system publishes no figure: 300 seconds either way [modelled]. */
export const MODELLED_SKEW_MS = 300_000;
