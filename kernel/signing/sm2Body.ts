import { isSignature, sm2Sign, sm2Verify } from '../crypto/sm2.ts';
import { bytesFromBase64 } from './base64.ts';
import { refused } from './scheme.ts';
import type { SigningScheme } from './scheme.ts';

interface Sm2Party {
  readonly caller: string;
  /** The identity inside the signature; the standard's default when left out. */
  readonly userId?: string;
}

/** Who signs. */
export interface Sm2Signer extends Sm2Party {
  /** 32 bytes. */
  readonly privateKey: Uint8Array;
}

/** Whose signature is accepted. */
export interface Sm2Verifier extends Sm2Party {
  /** 65, 64 or 33 bytes. */
  readonly publicKey: Uint8Array;
}

/**
 * The body signed with SM2 and SM3 over its bytes in UTF-8; the signature in Base64 and the caller's name stand in two
 * headers. Sends `r‖s`, accepts a DER sequence too. Nothing but the body is covered and a repeat passes: a body that must
 * not be repeated carries its own number.
 *
 * @param headers Their lower-case names; every system has its own.
 */
export const sm2Body = (headers: {
  readonly caller: string;
  readonly signature: string;
}): SigningScheme<Sm2Signer, Sm2Verifier> => ({
  name: 'sm2Body',

  sign: (unsigned, { privateKey, ...party }) => ({
    ...unsigned,
    headers: {
      ...unsigned.headers,
      [headers.caller]: party.caller,
      [headers.signature]: sm2Sign(unsigned.body, privateKey, party).toString('base64'),
    },
  }),

  async verify(received, credentialsOf, { inTurn = atOnce }) {
    const caller = received.headers[headers.caller] ?? '';
    const signature = bytesFromBase64(received.headers[headers.signature] ?? '');
    if (caller === '' || signature === null || !isSignature(signature)) return refused('MISSING');
    const credentials = await credentialsOf(caller);
    if (credentials === null) return refused('UNKNOWN_CALLER');
    const genuine = await inTurn(() => sm2Verify(received.body, signature, credentials.publicKey, credentials));
    return genuine ? { ok: true, credentials, request: received } : refused('MISMATCH');
  },
});

const atOnce = async (isRight: () => boolean): Promise<boolean> => isRight();
