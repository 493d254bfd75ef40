/**
 * ASN.1 in DER, as far as seals, certificates and time stamps need it. Strict: one value has one encoding, so that no bit of a
 * signed structure can be changed without notice.
 *
 * @see ITU-T X.690 §8, §10 and §11
 */

/** Bytes that are not DER, or not the structure that stands here. The sentence holds no data. */
export class Malformed extends Error {
  constructor(expected: string) {
    super(`Expected ${expected}`);
    this.name = 'Malformed';
  }
}

/** One value with its children; `bytes` is the whole encoding as it stood, so a signature over it can be checked. */
export interface Der {
  /** The identifier octet. */
  readonly tag: number;
  /** Identifier, length and content. */
  readonly bytes: Buffer;
  readonly content: Buffer;
  /** Of a SEQUENCE, a SET or an explicit tag; empty for everything else. */
  readonly children: readonly Der[];
}

/** Identifier octets of the types that occur. */
export const TAG = {
  BOOLEAN: 0x01,
  INTEGER: 0x02,
  BIT_STRING: 0x03,
  OCTET_STRING: 0x04,
  NULL: 0x05,
  OID: 0x06,
  UTF8: 0x0c,
  PRINTABLE: 0x13,
  IA5: 0x16,
  UTC_TIME: 0x17,
  GENERALIZED_TIME: 0x18,
  SEQUENCE: 0x30,
  SET: 0x31,
} as const;

/** `[n] EXPLICIT`, or `[n]` over a constructed value. */
export const contextTag = (n: number): number => 0xa0 | n;

const MAXIMUM_BYTES = 4 * 1024 * 1024; // a seal's picture is some tens of kilobytes
const MAXIMUM_DEPTH = 20; //  a token inside a signature needs 12
const MAXIMUM_NODES = 10_000;

/** The one value that `bytes` are. @throws Malformed also for bytes behind it, above 4 MiB, 20 levels or 10,000 values. */
export function readDer(bytes: Uint8Array): Der {
  if (bytes.length > MAXIMUM_BYTES) throw new Malformed(`at most ${MAXIMUM_BYTES} bytes`);
  const [node, ...more] = readAll(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength), 0, { left: MAXIMUM_NODES });
  if (!node || more.length > 0) throw new Malformed('one DER value');
  return node;
}

/**
 * How long the value is that `bytes` begin with, for values in a fixed space that is filled up with zeros.
 *
 * @throws Malformed when its length does not fit in.
 */
export const derLength = (bytes: Uint8Array): number => {
  const { start, length } = headOf(Buffer.from(bytes), 0);
  if (start + length > bytes.length) throw new Malformed('as many bytes as the length says');
  return start + length;
};

/** Encodes one value from the encodings inside it. */
export function encodeDer(tag: number, ...parts: readonly Uint8Array[]): Buffer {
  const content = Buffer.concat(parts);
  if (content.length < 0x80) return Buffer.concat([Buffer.of(tag, content.length), content]);
  const hex = content.length.toString(16);
  const length = Buffer.from(hex.length % 2 === 0 ? hex : `0${hex}`, 'hex');
  return Buffer.concat([Buffer.of(tag, 0x80 | length.length), length, content]);
}

/** The values inside a constructed value of this tag. @throws Malformed */
export const within = (node: Der | undefined, tag: number, what: string): readonly Der[] => expected(node, tag, what).children;

/** The values of a SEQUENCE, from `least` to `most` of them. @throws Malformed */
export function sequence(node: Der | undefined, what: string, least: number, most = least): readonly Der[] {
  const children = within(node, TAG.SEQUENCE, what);
  if (children.length < least || children.length > most) throw new Malformed(`${what} of ${least} to ${most} values`);
  return children;
}

/** The one value inside `[n] EXPLICIT`. @throws Malformed */
export function explicit(node: Der | undefined, n: number, what: string): Der {
  const [inner, ...more] = within(node, contextTag(n), what);
  if (!inner || more.length > 0) throw new Malformed(`${what} with one value`);
  return inner;
}

/** A small non-negative INTEGER (up to 2^31). @throws Malformed */
export function integer(node: Der | undefined, what: string): number {
  const { content } = expected(node, TAG.INTEGER, what);
  if (content.length > 4 || (content[0] as number) >= 0x80) throw new Malformed(`${what} as a small number`); // never empty: canonical
  return content.readUIntBE(0, content.length);
}

/** A BIT STRING of whole bytes. @throws Malformed */
export function bits(node: Der | undefined, what: string): Buffer {
  const { content } = expected(node, TAG.BIT_STRING, what);
  if (content[0] !== 0) throw new Malformed(`${what} in whole bytes`);
  return content.subarray(1);
}

export const octets = (node: Der | undefined, what: string): Buffer => expected(node, TAG.OCTET_STRING, what).content;

/** An OBJECT IDENTIFIER in dotted form. @throws Malformed */
export function oid(node: Der | undefined, what: string): string {
  const { content } = expected(node, TAG.OID, what);
  const arcs: bigint[] = [];
  let arc = 0n;
  for (const octet of content) {
    arc = (arc << 7n) | BigInt(octet & 0x7f);
    if (octet >= 0x80) continue;
    arcs.push(arc);
    arc = 0n;
  }
  const [first = 0n, ...rest] = arcs;
  const root = first < 80n ? first / 40n : 2n;
  return [root, first - root * 40n, ...rest].join('.');
}

const TEXT_TAGS: readonly number[] = [TAG.UTF8, TAG.PRINTABLE, TAG.IA5];

/** A text of any of the character types, or of just one. @throws Malformed */
export function text(node: Der | undefined, what: string, tag?: number): string {
  if (!node || !(tag === undefined ? TEXT_TAGS : [tag]).includes(node.tag)) throw new Malformed(`${what} as text`);
  return node.content.toString('utf8');
}

/** A UTCTime or GeneralizedTime in milliseconds since 1970. @throws Malformed */
export function time(node: Der | undefined, what: string): number {
  if (node?.tag !== TAG.UTC_TIME && node?.tag !== TAG.GENERALIZED_TIME) throw new Malformed(`${what} as a time`);
  return timeMs(node) as number; // canonical, or the reader had refused it
}

function expected(node: Der | undefined, tag: number, what: string): Der {
  if (node?.tag !== tag) throw new Malformed(what);
  return node;
}

function readAll(bytes: Buffer, depth: number, budget: { left: number }): Der[] {
  if (depth > MAXIMUM_DEPTH) throw new Malformed(`at most ${MAXIMUM_DEPTH} levels`);
  const nodes: Der[] = [];
  for (let at = 0; at < bytes.length;) {
    if ((budget.left -= 1) < 0) throw new Malformed(`at most ${MAXIMUM_NODES} values`);
    const { tag, start, length } = headOf(bytes, at);
    const end = start + length;
    if (end > bytes.length) throw new Malformed('as many bytes as the length says');
    const content = bytes.subarray(start, end);
    const node = { tag, bytes: bytes.subarray(at, end), content, children: [] };
    nodes.push(isConstructed(tag) ? { ...node, children: readAll(content, depth + 1, budget) } : canonical(node));
    at = end;
  }
  return nodes;
}

/** Identifier and length; only definite lengths in their shortest form, at most three octets long. */
function headOf(bytes: Buffer, at: number): { tag: number; start: number; length: number } {
  const [tag, first] = [bytes[at], bytes[at + 1]];
  if (tag === undefined || first === undefined) throw new Malformed('an identifier and a length');
  if (first < 0x80) return { tag, start: at + 2, length: first };
  const size = first & 0x7f;
  if (size < 1 || size > 3 || at + 2 + size > bytes.length) throw new Malformed('a definite length of at most three octets');
  const length = bytes.readUIntBE(at + 2, size);
  if (length < 0x80 || length < 2 ** (8 * (size - 1))) throw new Malformed('a length in its shortest form');
  return { tag, start: at + 2 + size, length };
}

/** SEQUENCE, SET and context tags are constructed; constructed strings exist in BER only. */
const isConstructed = (tag: number): boolean => tag === TAG.SEQUENCE || tag === TAG.SET || (tag & 0xe0) === 0xa0;

/** A primitive value, when its content is written in the one way that DER allows. */
function canonical(node: Der): Der {
  const isContext = (node.tag & 0xe0) === 0x80; // an implicit tag hides the type, so the content stays unread
  const isHighNumber = (node.tag & 0x1f) === 0x1f;
  if (isHighNumber || !(isContext || CANONICAL[node.tag]?.(node))) throw new Malformed('a known type in its one encoding');
  return node;
}

const CANONICAL: Readonly<Record<number, (node: Der) => boolean>> = {
  [TAG.BOOLEAN]: ({ content }) => content.length === 1 && (content[0] === 0 || content[0] === 0xff),
  [TAG.INTEGER]: ({ content: [first, second], content }) =>
    content.length === 1 ||
    (first !== undefined && second !== undefined && !((first === 0 && second < 0x80) || (first === 0xff && second >= 0x80))),
  [TAG.BIT_STRING]: ({ content }) => hasZeroPadding(content),
  [TAG.OCTET_STRING]: () => true,
  [TAG.NULL]: ({ content }) => content.length === 0,
  [TAG.OID]: ({ content }) => isOid(content),
  [TAG.UTF8]: ({ content }) => isUtf8(content),
  [TAG.PRINTABLE]: ({ content }) => /^[A-Za-z0-9 '()+,\-./:=?]*$/.test(content.toString('latin1')),
  [TAG.IA5]: ({ content }) => content.every((octet) => octet < 0x80),
  [TAG.UTC_TIME]: (node) => timeMs(node) !== null,
  [TAG.GENERALIZED_TIME]: (node) => timeMs(node) !== null,
};

/** The first octet counts the bits of the last one that are not used; they are zero. */
const hasZeroPadding = (content: Buffer): boolean => {
  const unused = content[0];
  if (unused === undefined || unused > 7 || (content.length === 1 && unused > 0)) return false;
  return ((content.at(-1) as number) & (2 ** unused - 1)) === 0 || content.length === 1;
};

/** Every arc ends, and none begins with an empty group. */
const isOid = (content: Buffer): boolean =>
  content.length > 0 &&
  content.length <= 32 &&
  (content.at(-1) as number) < 0x80 &&
  content.every((octet, index) => octet !== 0x80 || (index > 0 && (content[index - 1] as number) >= 0x80));

const isUtf8 = (content: Buffer): boolean => {
  try {
    new TextDecoder('utf-8', { fatal: true }).decode(content);
    return true;
  } catch {
    return false;
  }
};

/** `yyMMddHHmmssZ` (the years 1950 to 2049) or `yyyyMMddHHmmssZ`; null for a time that does not exist. */
function timeMs({ tag, content }: Der): number | null {
  const written = content.toString('latin1');
  const full = tag === TAG.UTC_TIME ? `${Number(written.slice(0, 2)) < 50 ? '20' : '19'}${written}` : written;
  const units = /^(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)Z$/.exec(full);
  if (!units) return null;
  const [year, month, day, hour, minute, second] = units.slice(1);
  const iso = `${year}-${month}-${day}T${hour}:${minute}:${second}.000Z`;
  const ms = Date.parse(iso);
  return !Number.isNaN(ms) && new Date(ms).toISOString() === iso ? ms : null;
}
