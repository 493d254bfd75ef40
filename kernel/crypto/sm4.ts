import { createCipheriv, createDecipheriv } from 'node:crypto';

const BLOCK_BYTES = 16;

/**
 * How the last block is filled. `zero` adds zero bytes only when the data does not end on a block, and takes all
 * trailing zero bytes away again, so it is for text only; `none` wants whole blocks.
 */
export type Sm4Padding = 'pkcs7' | 'zero' | 'none';

/** Mode, 16-byte key and, for CBC, the 16-byte initial vector. The padding is `pkcs7` when not said otherwise. */
export type Sm4Options = { readonly key: Uint8Array; readonly padding?: Sm4Padding } & (
  { readonly mode: 'ecb' } | { readonly mode: 'cbc'; readonly iv: Uint8Array }
);

/**
 * Encrypts with SM4.
 *
 * @param data Bytes, or text that is taken as UTF-8.
 * @throws When the key or the initial vector is not 16 bytes long, or `none` meets an unfinished block.
 * @see GB/T 32907-2016, GB/T 17964-2021 (modes)
 */
export const sm4Encrypt = (data: Uint8Array | string, options: Sm4Options): Buffer => {
  const plain = Buffer.from(data);
  const cipher = createCipheriv(`sm4-${options.mode}`, sized(options.key, 'key'), vector(options));
  cipher.setAutoPadding(paddingOf(options) === 'pkcs7');
  return Buffer.concat([cipher.update(paddingOf(options) === 'zero' ? zeroPadded(plain) : plain), cipher.final()]);
};

/**
 * Decrypts with SM4. Nothing in the mode proves who encrypted: a wrong key mostly, not always, shows in the padding.
 *
 * @returns `null` when the data is not a ciphertext of this form: not whole blocks, or the padding is wrong.
 * @throws When the key or the initial vector is not 16 bytes long.
 */
export const sm4Decrypt = (data: Uint8Array, options: Sm4Options): Buffer | null => {
  const decipher = createDecipheriv(`sm4-${options.mode}`, sized(options.key, 'key'), vector(options));
  decipher.setAutoPadding(paddingOf(options) === 'pkcs7');
  try {
    const plain = Buffer.concat([decipher.update(data), decipher.final()]);
    return paddingOf(options) === 'zero' ? withoutTrailingZeros(plain) : plain;
  } catch {
    // Key and vector were checked above, so the only thing left to be wrong is the data.
    return null;
  }
};

const paddingOf = ({ padding = 'pkcs7' }: Sm4Options): Sm4Padding => padding;

const vector = (options: Sm4Options): Uint8Array | null => (options.mode === 'cbc' ? sized(options.iv, 'initial vector') : null);

const sized = (bytes: Uint8Array, what: string): Uint8Array => {
  if (bytes.length !== BLOCK_BYTES) throw new RangeError(`The SM4 ${what} must be 16 bytes long, got ${bytes.length}.`);
  return bytes;
};

const zeroPadded = (plain: Buffer): Buffer =>
  Buffer.concat([plain, Buffer.alloc((BLOCK_BYTES - (plain.length % BLOCK_BYTES)) % BLOCK_BYTES)]);

const withoutTrailingZeros = (plain: Buffer): Buffer => {
  let end = plain.length;
  while (end > 0 && plain[end - 1] === 0) end -= 1;
  return plain.subarray(0, end);
};
