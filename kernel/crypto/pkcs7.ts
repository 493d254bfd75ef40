// Pools fill the last block by PKCS#7 or with zeros, and do not say which. What is filled already survives both: whole blocks
// get no zeros, and no trailing zeros are taken away, since the filling never ends in one.

const BLOCK_BYTES = 16;

/** Bytes filled to whole blocks. */
export function padded(plain: Uint8Array): Buffer {
  const missing = BLOCK_BYTES - (plain.length % BLOCK_BYTES);
  return Buffer.concat([plain, Buffer.alloc(missing, missing)]);
}

/** Bytes without their filling; null when it is not one. */
export function unpadded(filled: Uint8Array): Buffer | null {
  const missing = filled.at(-1) ?? 0;
  const filling = filled.subarray(-missing);
  const isFilling =
    missing >= 1 && missing <= BLOCK_BYTES && filling.length === missing && filling.every((byte) => byte === missing);
  return isFilling ? Buffer.from(filled.subarray(0, -missing)) : null;
}
