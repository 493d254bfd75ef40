import { createCipheriv, createDecipheriv } from 'node:crypto';
import { bytesFromBase64, textFromUtf8 } from './base64.ts';

// The platform's notes say only "AES-encrypted with the application key". ECB with PKCS#7 padding and Base64 is what the
// usual Java default (`Cipher.getInstance("AES")`) gives; the length of the key chooses AES-128, 192 or 256. [modelled]

/**
 * The signing secret inside an answer of `refreshappsecret` of the national data sharing platform.
 *
 * @param encrypted Base64.
 * @param applicationKey Long-lived; 16, 24 or 32 bytes of UTF-8.
 * @returns `null` when the key does not open it.
 * @throws When the key has another length.
 */
export const openRotatingSecret = (encrypted: string, applicationKey: string): string | null => {
  const decipher = createDecipheriv(algorithmFor(applicationKey), applicationKey, null);
  const bytes = bytesFromBase64(encrypted);
  if (bytes === null) return null;
  try {
    return textFromUtf8(Buffer.concat([decipher.update(bytes), decipher.final()]));
  } catch {
    return null;
  }
};

/** The other direction, for a simulated platform. */
export const sealRotatingSecret = (secret: string, applicationKey: string): string => {
  const cipher = createCipheriv(algorithmFor(applicationKey), applicationKey, null);
  return Buffer.concat([cipher.update(secret), cipher.final()]).toString('base64');
};

const algorithmFor = (applicationKey: string): string => {
  const bits = Buffer.byteLength(applicationKey) * 8;
  if (![128, 192, 256].includes(bits))
    throw new RangeError(`An application key must be 16, 24 or 32 bytes long, got ${bits / 8}.`);
  return `aes-${bits}-ecb`;
};
