import { createHash } from 'node:crypto';

/**
 * The SM3 digest of a message.
 *
 * @param data Bytes, or text that is taken as UTF-8.
 * @returns 32 bytes.
 * @see GB/T 32905-2016
 */
export const sm3 = (data: Uint8Array | string): Buffer => createHash('sm3').update(data).digest();
