import { ServiceError, upstreamFailure } from '../../../kernel/errors.ts';
import { isAbsent, optional, record, string, text, unexpected, type Parse } from '../../../kernel/parse.ts';
import { headerOf, type Reply, type UpstreamCall } from '../../../kernel/upstream/call.ts';
import { bodyText } from '../../../kernel/upstream/decode.ts';

export const SYSTEM = 'items.portal';

/** The portal's code for a wrong or used picture; an answer, not a failure. */
export const CAPTCHA_WRONG = '25034';

const ANSWERED: ReadonlySet<string> = new Set(['200', CAPTCHA_WRONG]);

/** One question to the portal: the call, and how its answer is read. */
export interface Question<Answer> {
  readonly call: UpstreamCall;
  readonly parse: Parse<Answer>;
}

/** A picture with the session that it belongs to. */
export interface Picture {
  readonly mediaType: string;
  readonly base64: string;
  readonly cookies: string;
}

/**
 * The portal has no envelope of its own: lists and guides come bare (`CUSTOM`, `AUDIT_ITEM`), some answers carry a text `code`,
 * pictures are pictures, and old guides are web pages.
 *
 * @returns An object; `{ html }` for a web page, a {@link Picture} for an image.
 */
export function decode(reply: Reply): unknown {
  const mediaType = headerOf(reply, 'content-type').split(';')[0] ?? '';
  if (mediaType.startsWith('image/')) return pictureOf(reply, mediaType);
  const { body, certain } = guessedText(reply);
  if (body.trimStart().startsWith('<')) return { html: wholePage(body) };
  const envelope = record(JSON.parse(body), 'envelope');
  if (!certain && !isNavigation(envelope)) return unexpected('envelope', 'UTF-8');
  const code = optional(envelope, 'code', text);
  if (code === null || ANSWERED.has(code)) return envelope;
  // No table of codes is published: whatever is not known to be good counts as out of order.
  throw upstreamFailure(SYSTEM, 'UNAVAILABLE', code, optional(envelope, 'msg', text) ?? '');
}

/** A guide that the portal does not have is a page that it does not have. */
export const refusal = ({ status }: Reply): ServiceError | null =>
  status === 404 ? upstreamFailure(SYSTEM, 'NOT_FOUND', String(status)) : null;

/** UTF-8, or else GB 18030: the navigation was seen with bytes that its header does not declare. */
function guessedText(reply: Reply): { body: string; certain: boolean } {
  try {
    return { body: bodyText(reply), certain: true };
  } catch {
    return { body: bodyText(reply, 'gb18030'), certain: false };
  }
}

/** Only the navigation may be guessed: damaged UTF-8 elsewhere would read as plausible nonsense. */
const isNavigation = (envelope: Readonly<Record<string, unknown>>): boolean =>
  'hall' in envelope || (typeof envelope['data'] === 'object' && envelope['data'] !== null && 'data' in envelope['data']);

/** Half a page has half of the labels, so only one with its end is believed. */
const wholePage = (html: string): string => (html.trimEnd().endsWith('</html>') ? html : unexpected('page', 'a whole web page'));

/** How a whole picture of each type ends, in hexadecimal digits. */
const ENDINGS: Readonly<Record<string, string>> = { 'image/gif': '3b', 'image/png': 'ae426082', 'image/jpeg': 'ffd9' };

function pictureOf(reply: Reply, mediaType: string): Picture {
  const { body } = reply;
  const ending = ENDINGS[mediaType];
  if (!ending || !body.toString('hex').endsWith(ending)) return unexpected('picture', 'a whole GIF, PNG or JPEG');
  return { mediaType, base64: body.toString('base64'), cookies: headerOf(reply, 'set-cookie') };
}

/** @throws UPSTREAM_MISMATCH when the portal answered about something else. */
export function requireSame(asked: string, answered: string): void {
  if (asked !== answered) {
    throw new ServiceError('UPSTREAM_MISMATCH', `The system ${SYSTEM} answered with another record than asked.`, {
      system: SYSTEM,
    });
  }
}

/** The body of a form, as the old paths want it. */
export const form = (fields: Readonly<Record<string, string>>): Pick<UpstreamCall, 'headers' | 'body'> => ({
  headers: { 'content-type': 'application/x-www-form-urlencoded; charset=UTF-8' },
  body: new URLSearchParams(fields).toString(),
});

/** A JSON body, as the new paths want it. */
export const json = (body: unknown): Pick<UpstreamCall, 'headers' | 'body'> => ({
  headers: { 'content-type': 'application/json;charset=UTF-8' },
  body: JSON.stringify(body),
});

/** `1` is yes; anything else, also nothing, is no. */
export const flag: Parse<boolean> = (value, place) => !isAbsent(value) && text(value, place) === '1';

/** Their code → our name, and null for a code that the table does not have: these tables are not published, and a guide without a detail is better than none. */
export const among =
  <T>(table: Readonly<Record<string, T>>): Parse<T | null> =>
  (value, place) =>
    isAbsent(value) ? null : (table[text(value, place).trim()] ?? null);

/** A list with a bound that the graph states; longer ones are not the list that is meant. */
export const atMost = <T>(maximum: number, entries: readonly T[]): T[] =>
  entries.length <= maximum ? [...entries] : unexpected('list', `at most ${maximum} entries`);

/** Codes joined by commas. */
export const codes: Parse<readonly string[]> = (value, place) =>
  isAbsent(value)
    ? []
    : string(value, place)
        .split(/[,，;；]/)
        .map((code) => code.trim())
        .filter((code) => code !== '');
