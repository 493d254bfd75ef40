import { promisify } from 'node:util';
import { crc32, inflateRaw } from 'node:zlib';
import { Malformed } from './der.ts';

/**
 * The files of a ZIP package, whole and checked. Strict where readers differ, since a file that two readers read differently can
 * be signed in one form and shown in another: no second file of a name (small and capital letters are the same), no file inside
 * another, nothing behind the end, no encryption, no ZIP64.
 *
 * @see APPNOTE.TXT of PKWARE, §4.3
 */
const MAXIMUM_FILES = 2_000;
/** All files together, unpacked; a package is at most 15 MB. */
const MAXIMUM_BYTES = 64 * 1024 * 1024;

const END_SIGNATURE = 0x06054b50;
const CENTRAL_SIGNATURE = 0x02014b50;
const LOCAL_SIGNATURE = 0x04034b50;
const ENCRYPTED = 0x0001;
const STORED = 0;
const DEFLATED = 8;

const inflate = promisify(inflateRaw);

/**
 * @returns Content by path, without a leading slash.
 * @throws Malformed also above 2,000 files or 64 MiB unpacked.
 */
export async function readZip(bytes: Buffer): Promise<ReadonlyMap<string, Buffer>> {
  const entries = readDirectory(bytes);
  if (entries.reduce((total, { sizeBytes }) => total + sizeBytes, 0) > MAXIMUM_BYTES)
    throw new Malformed('at most 64 MiB unpacked');
  const files = new Map<string, Buffer>();
  const names = new Set<string>();
  for (const entry of entries) {
    if (names.has(entry.path.toLowerCase())) throw new Malformed('every name once');
    names.add(entry.path.toLowerCase());
    const content = await unpack(entry);
    if (!entry.path.endsWith('/')) files.set(entry.path, content);
    else if (content.length > 0) throw new Malformed('folders without content');
  }
  return files;
}

interface Entry {
  readonly path: string;
  readonly method: number;
  readonly packed: Buffer;
  readonly sizeBytes: number;
  readonly checksum: number;
}

function readDirectory(bytes: Buffer): Entry[] {
  const end = endOf(bytes);
  const count = bytes.readUInt16LE(end + 10);
  const start = bytes.readUInt32LE(end + 16);
  if (count > MAXIMUM_FILES || bytes.readUInt16LE(end + 8) !== count || start + bytes.readUInt32LE(end + 12) !== end) {
    throw new Malformed('a directory of at most 2,000 files right before its end');
  }
  const entries: Entry[] = [];
  let at = start;
  let dataAt = 0;
  for (let index = 0; index < count; index += 1) {
    const { nextAt, dataEnd, ...entry } = readEntry(bytes, at, dataAt, start);
    entries.push(entry);
    at = nextAt;
    dataAt = dataEnd;
  }
  if (at !== end) throw new Malformed('a directory of its stated size');
  return entries;
}

/** The end record stands at the very end; a comment behind it could hide a second one. */
function endOf(bytes: Buffer): number {
  const at = bytes.length - 22;
  if (
    at < 0 ||
    bytes.readUInt32LE(at) !== END_SIGNATURE ||
    bytes.readUInt16LE(at + 20) !== 0 ||
    bytes.readUInt32LE(at + 4) !== 0
  ) {
    throw new Malformed('a ZIP package in one part without a comment');
  }
  return at;
}

/**
 * @param at Where the entry stands in the directory.
 * @param earliest Where its file may begin: files stand one behind the other in the order of the directory, so none can lie in another.
 * @param latest Where the directory begins.
 */
function readEntry(bytes: Buffer, at: number, earliest: number, latest: number): Entry & { nextAt: number; dataEnd: number } {
  if (at + 46 > bytes.length || bytes.readUInt32LE(at) !== CENTRAL_SIGNATURE) throw new Malformed('an entry of the directory');
  const name = bytes.subarray(at + 46, at + 46 + bytes.readUInt16LE(at + 28));
  const localAt = bytes.readUInt32LE(at + 42);
  const packedBytes = bytes.readUInt32LE(at + 20);
  if (localAt < earliest || localAt + 30 > latest || bytes.readUInt32LE(localAt) !== LOCAL_SIGNATURE)
    throw new Malformed('a file where the directory says');
  const nameEnd = localAt + 30 + bytes.readUInt16LE(localAt + 26);
  const dataAt = nameEnd + bytes.readUInt16LE(localAt + 28);
  const method = bytes.readUInt16LE(at + 10);
  if (
    dataAt + packedBytes > latest ||
    !bytes.subarray(localAt + 30, nameEnd).equals(name) ||
    bytes.readUInt16LE(localAt + 8) !== method
  ) {
    throw new Malformed('the same file in the directory and at its place');
  }
  if ((bytes.readUInt16LE(at + 8) & ENCRYPTED) !== 0) throw new Malformed('a file without encryption');
  return {
    path: pathOf(name),
    method,
    packed: bytes.subarray(dataAt, dataAt + packedBytes),
    sizeBytes: bytes.readUInt32LE(at + 24),
    checksum: bytes.readUInt32LE(at + 16),
    nextAt: at + 46 + name.length + bytes.readUInt16LE(at + 30) + bytes.readUInt16LE(at + 32),
    dataEnd: dataAt + packedBytes,
  };
}

function pathOf(name: Buffer): string {
  const path = name.toString('utf8');
  const parts = path.replace(/\/$/, '').split('/');
  if (
    !Buffer.from(path).equals(name) ||
    path.includes('\\') ||
    path.includes('\0') ||
    parts.some((part) => ['', '.', '..'].includes(part))
  ) {
    throw new Malformed('a plain relative path in UTF-8');
  }
  return path;
}

async function unpack({ method, packed, sizeBytes, checksum }: Entry): Promise<Buffer> {
  const content = method === STORED ? packed : method === DEFLATED ? await inflated(packed, sizeBytes) : null;
  if (content?.length !== sizeBytes || crc32(content) !== checksum) throw new Malformed('a file of its stated size and checksum');
  return content;
}

/** Stops as soon as there is more than stated. */
async function inflated(packed: Buffer, sizeBytes: number): Promise<Buffer | null> {
  try {
    return await inflate(packed, { maxOutputLength: Math.max(sizeBytes, 1) });
  } catch {
    return null;
  }
}
