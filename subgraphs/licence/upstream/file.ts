import { string, unexpected, type Parse } from '../../../kernel/parse.ts';
import type { LicenceFileFormat } from './model.ts';

const MAXIMUM_BYTES = 8 * 1024 * 1024;

/** An OFD package is a ZIP archive and ends with its directory's end record; a PDF ends with its marker. */
const WHOLE: Readonly<Record<LicenceFileFormat, (bytes: Buffer) => boolean>> = {
  OFD: (bytes) => bytes.readUInt32LE(0) === 0x04034b50 && bytes.readUInt32LE(bytes.length - 22) === 0x06054b50,
  PDF: (bytes) => bytes.toString('latin1', 0, 5) === '%PDF-' && /%%EOF\s*$/.test(bytes.toString('latin1', bytes.length - 16)),
};

/** Bytes that are a whole file of the asked format, at most 8 MiB. */
export const wholeFile = (bytes: Buffer, format: LicenceFileFormat, place: string): Buffer =>
  bytes.length >= 32 && bytes.length <= MAXIMUM_BYTES && WHOLE[format](bytes)
    ? bytes
    : unexpected(place, `a whole ${format} file`);

/** The same, from Base64 without line breaks. */
export const base64File =
  (format: LicenceFileFormat): Parse<Buffer> =>
  (value, place) => {
    const encoded = string(value, place);
    const bytes = Buffer.from(encoded, 'base64');
    // Buffer skips what is not Base64, so only a text that comes out the same was all of it.
    return bytes.toString('base64') === encoded ? wholeFile(bytes, format, place) : unexpected(place, 'Base64');
  };
