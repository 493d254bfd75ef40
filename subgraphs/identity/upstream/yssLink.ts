import { createDecipheriv } from 'node:crypto';
import type { AssuranceLevel } from '../../../kernel/context.ts';
import { field, integer, json, optional, record, string, text } from '../../../kernel/parse.ts';
import { textFromUtf8 } from '../../../kernel/signing/base64.ts';
import { maskName } from '../../../kernel/standards/masking.ts';
import { certificateFrom } from './certificateTypes.ts';
import { assuranceOf } from './platformUser.ts';

/** How old a link may be [modelled]. */
const MAXIMUM_AGE_MS = 5 * 60_000;

export interface LinkOptions {
  /** Agreed for the service: 16, 24 or 32 characters. */
  readonly key: string;
  readonly nowMs: number;
  /** Remembers a link and says whether it was opened before. Asked last. */
  readonly seenLink: (link: string) => boolean;
}

/** Whom a link speaks of: enough to greet him and to find him again, and nothing else of what the link carries. */
export interface LinkedUser {
  readonly subjectId: string;
  readonly maskedName: string;
  readonly assurance: AssuranceLevel;
}

/**
 * Opens the `link` parameter with which the provincial mini-program opens a page of the district: user fields as JSON, in
 * AES-ECB with PKCS#7 padding, as hex. (The manual names no mode; this one stands in a published integration of a neighbouring city.
 * The field `timestamp` in milliseconds and its limit are [modelled].)
 *
 * The mode proves little about who made the link, so it starts no session: it may prefill a page, and the login that follows says
 * who it is.
 *
 * @returns `null` for a link that does not open, is not of this form, is older than 5 minutes, or was opened before.
 * @throws When the key has not one of the three lengths.
 */
export function openLink(link: string, { key, nowMs, seenLink }: LinkOptions): LinkedUser | null {
  const plain = decrypt(link, key);
  const user = plain === null ? null : linkedUser(plain, nowMs);
  return user && !seenLink(link) ? user : null;
}

function decrypt(link: string, key: string): string | null {
  const decipher = createDecipheriv(`aes-${Buffer.byteLength(key) * 8}-ecb`, key, null);
  if (!/^(?:[0-9a-f]{32})+$/i.test(link)) return null;
  try {
    return textFromUtf8(Buffer.concat([decipher.update(link, 'hex'), decipher.final()]));
  } catch {
    return null; // the key was right for the cipher, so the link is not one of this key
  }
}

function linkedUser(plain: string, nowMs: number): LinkedUser | null {
  try {
    const user = json(record)(plain, 'link');
    const number = optional(user, 'cid', string);
    const genuine =
      Math.abs(nowMs - field(user, 'timestamp', integer)) <= MAXIMUM_AGE_MS &&
      (number === null || certificateFrom(optional(user, 'ctype', text), number) !== null);
    return genuine
      ? {
          subjectId: field(user, 'uid', string),
          maskedName: maskName(field(user, 'name', string)),
          assurance: assuranceOf(user, 'link'),
        }
      : null;
  } catch {
    return null;
  }
}
