import { crc32, deflateRawSync } from 'node:zlib';

/** A ZIP package of these files, in their order; every file compressed. */
export function writeZip(files: ReadonlyMap<string, Uint8Array>): Buffer {
  const bodies: Buffer[] = [];
  const directory: Buffer[] = [];
  let at = 0;
  for (const [path, content] of files) {
    const packed = deflateRawSync(content);
    const facts = factsOf(path, content, packed);
    const body = Buffer.concat([number(0x04034b50, 4), facts, Buffer.from(path), packed]);
    const comment = Buffer.alloc(10); // no comment, first part, no attributes
    bodies.push(body);
    directory.push(Buffer.concat([number(0x02014b50, 4), number(20, 2), facts, comment, number(at, 4), Buffer.from(path)]));
    at += body.length;
  }
  const entries = Buffer.concat(directory);
  const end = [
    number(0x06054b50, 4),
    number(0, 4),
    number(files.size, 2),
    number(files.size, 2),
    number(entries.length, 4),
    number(at, 4),
    number(0, 2),
  ];
  return Buffer.concat([...bodies, entries, ...end]);
}

/** The fields that a file's entry in the directory has in common with its own head. The day is that of the format's beginning. */
const factsOf = (path: string, content: Uint8Array, packed: Uint8Array): Buffer =>
  Buffer.concat([
    number(20, 2),
    number(0x0800, 2), // the name is UTF-8
    number(8, 2),
    number(0, 2),
    number(0x21, 2),
    number(crc32(content), 4),
    number(packed.length, 4),
    number(content.length, 4),
    number(Buffer.byteLength(path), 2),
    number(0, 2),
  ]);

function number(value: number, bytes: number): Buffer {
  const buffer = Buffer.alloc(bytes);
  buffer.writeUIntLE(value, 0, bytes);
  return buffer;
}
