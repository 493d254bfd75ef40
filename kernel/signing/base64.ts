const UTF8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** Text in UTF-8 as Base64. */
export const textToBase64 = (text: string): string => Buffer.from(text).toString('base64');

/** The bytes of a Base64 text; `null` when it is not canonical Base64. Line breaks are allowed: old Java encoders set them. */
export const bytesFromBase64 = (base64: string): Buffer | null => {
  const joined = base64.replaceAll(/[\r\n]/g, '');
  const bytes = Buffer.from(joined, 'base64');
  return bytes.toString('base64') === joined ? bytes : null;
};

/** Bytes as text; `null` when they are not UTF-8. */
export const textFromUtf8 = (bytes: Uint8Array): string | null => {
  try {
    return UTF8.decode(bytes);
  } catch {
    return null;
  }
};

/** The UTF-8 text of a Base64 text; `null` when it is not that. */
export const textFromBase64 = (base64: string): string | null => {
  const bytes = bytesFromBase64(base64);
  return bytes === null ? null : textFromUtf8(bytes);
};
