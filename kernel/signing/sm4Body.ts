import { sm4Decrypt, sm4Encrypt } from '../crypto/sm4.ts';
import { bytesFromBase64, textFromUtf8 } from './base64.ts';
import { refused } from './scheme.ts';
import type { SigningScheme } from './scheme.ts';

/** What both sides agreed on: a key and a fixed initial vector, 16 bytes each [modelled: where the vector is, nobody publishes]. */
export interface Sm4Agreement {
  readonly key: Uint8Array;
  readonly iv: Uint8Array;
}

/** One caller's agreement. */
export interface Sm4Credentials extends Sm4Agreement {
  readonly caller: string;
}

/** Text in SM4-CBC with PKCS#7 padding, as Base64; also for systems that encrypt one field of a form. */
export const sealSm4Text = (text: string, { key, iv }: Sm4Agreement): string =>
  sm4Encrypt(text, { mode: 'cbc', key, iv }).toString('base64');

/** The text inside; `null` when the agreement does not open it. A changed ciphertext may still open, as other text. */
export const openSm4Text = (sealed: string, { key, iv }: Sm4Agreement): string | null => {
  const bytes = bytesFromBase64(sealed);
  const plain = bytes === null ? null : sm4Decrypt(bytes, { mode: 'cbc', key, iv });
  return plain === null ? null : textFromUtf8(plain);
};

/**
 * The body in SM4-CBC as Base64, the caller's name in a header. It hides the body; it proves the caller no better than
 * {@link openSm4Text} does, so a system that takes orders this way needs a signature inside.
 *
 * @param headers Its lower-case name; every system has its own.
 */
export const sm4Body = (headers: { readonly caller: string }): SigningScheme<Sm4Credentials> => ({
  name: 'sm4Body',

  sign: (unsigned, credentials) => ({
    ...unsigned,
    headers: { ...unsigned.headers, [headers.caller]: credentials.caller },
    body: sealSm4Text(unsigned.body, credentials),
  }),

  async verify(received, credentialsOf) {
    const caller = received.headers[headers.caller] ?? '';
    if (caller === '' || received.body === '') return refused('MISSING');
    const credentials = await credentialsOf(caller);
    if (credentials === null) return refused('UNKNOWN_CALLER');
    const body = openSm4Text(received.body, credentials);
    return body === null ? refused('MISMATCH') : { ok: true, credentials, request: { ...received, body } };
  },
});
