import { pino, type DestinationStream, type Logger } from 'pino';

export type Log = Pick<Logger, 'info' | 'warn' | 'error' | 'debug'>;

const SECRETS: readonly (readonly [RegExp, string])[] = [
  [/eyJ[\w-]+\.[\w-]+\.?[\w-]*(\.[\w-]*)*/g, '[token]'],
  [
    /((?:access_token|app_secret|client_secret|password|credential|tokenid|tokenId|auth_code|signature)(?:=|"\s*:\s*"))[^&"\s\\]+/gi,
    '$1[secret]',
  ],
  [/(?<!\d)\d{17}[\dXx](?![\dA-Za-z])/g, '[identity-number]'],
  [/(?<!\d)\d{15}(?!\d)/g, '[identity-number]'],
  [/(?<!\d)1[3-9]\d{9}(?!\d)/g, '[mobile]'],
];

/**
 * Removes identity numbers, mobile numbers, tokens and secrets from a finished log line.
 * It works on the text, so that nothing slips through under an unforeseen field name.
 */
export const scrub = (line: string): string => SECRETS.reduce((text, [pattern, mask]) => text.replace(pattern, mask), line);

/** A JSON log, one line per event, scrubbed on the final line. */
export function createLog({ level, destination }: { level: string; destination?: DestinationStream }): Log {
  const options = { level, base: null, timestamp: () => `,"time":"${new Date().toISOString()}"`, hooks: { streamWrite: scrub } };
  return destination ? pino(options, destination) : pino(options, pino.destination({ dest: 2, sync: false }));
}

/** Swallows everything; for tests. */
export const silentLog: Log = pino({ level: 'silent' });
