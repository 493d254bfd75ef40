import { crc32 } from 'node:zlib';

/** An entry of an archive: its path, and its content as text. */
export type ZipEntry = readonly [path: string, content: string];

/** A ZIP archive without compression, all times 1980-01-01. @see APPNOTE.TXT 6.3 §4.3 */
export function zip(entries: readonly ZipEntry[]): Buffer {
  const parts: Buffer[] = [];
  const directory: Buffer[] = [];
  let offset = 0;
  for (const [path, content] of entries) {
    const name = Buffer.from(path);
    const data = Buffer.from(content);
    const facts = entryFacts(name, data);
    const local = Buffer.concat([uint32(0x04034b50), facts, name, data]);
    // made by, [facts], comment length, disk, internal and external attributes, offset of the entry
    directory.push(
      Buffer.concat([uint32(0x02014b50), uint16(20), facts, uint16(0), uint16(0), uint16(0), uint32(0), uint32(offset), name]),
    );
    parts.push(local);
    offset += local.length;
  }
  const central = Buffer.concat(directory);
  const count = uint16(entries.length);
  const end = [uint32(0x06054b50), uint16(0), uint16(0), count, count, uint32(central.length), uint32(offset), uint16(0)];
  return Buffer.concat([...parts, central, ...end]);
}

/** Version, flags (UTF-8 names), method, time, date, checksum, both sizes, lengths of name and extra field. */
const entryFacts = (name: Buffer, data: Buffer): Buffer =>
  Buffer.concat([
    uint16(20),
    uint16(0x0800),
    uint16(0),
    uint16(0),
    uint16(0x21),
    uint32(crc32(data)),
    uint32(data.length),
    uint32(data.length),
    uint16(name.length),
    uint16(0),
  ]);

const uint16 = (value: number): Buffer => {
  const bytes = Buffer.alloc(2);
  bytes.writeUInt16LE(value);
  return bytes;
};

const uint32 = (value: number): Buffer => {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(value);
  return bytes;
};
