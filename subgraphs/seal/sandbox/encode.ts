import { encodeDer, TAG } from '../upstream/signatures/der.ts';

// What the simulated seal makers, signers and authorities write. The graph itself only reads.

export const sequenceOf = (...parts: readonly Uint8Array[]): Buffer => encodeDer(TAG.SEQUENCE, ...parts);

/** In the order that DER wants for a SET. */
export const setOf = (...parts: readonly Uint8Array[]): Buffer =>
  encodeDer(TAG.SET, ...parts.toSorted((a, b) => Buffer.compare(a, b)));

export const octetString = (bytes: Uint8Array): Buffer => encodeDer(TAG.OCTET_STRING, bytes);

/** @param unused How many bits of the last byte do not count. */
export const bitString = (bytes: Uint8Array, unused = 0): Buffer => encodeDer(TAG.BIT_STRING, Buffer.of(unused), bytes);

export const utf8 = (text: string): Buffer => encodeDer(TAG.UTF8, Buffer.from(text));
export const ia5 = (text: string): Buffer => encodeDer(TAG.IA5, Buffer.from(text, 'ascii'));
export const printable = (text: string): Buffer => encodeDer(TAG.PRINTABLE, Buffer.from(text, 'ascii'));
export const flag = (value: boolean): Buffer => encodeDer(TAG.BOOLEAN, Buffer.of(value ? 0xff : 0));

export function integer(value: number | bigint): Buffer {
  const hex = value.toString(16);
  const bytes = Buffer.from(hex.length % 2 === 0 ? hex : `0${hex}`, 'hex');
  return encodeDer(TAG.INTEGER, (bytes[0] ?? 0) >= 0x80 ? Buffer.concat([Buffer.of(0), bytes]) : bytes);
}

export function objectId(dotted: string): Buffer {
  const [first = 0, second = 0, ...rest] = dotted.split('.').map(Number);
  return encodeDer(TAG.OID, Buffer.from([first * 40 + second, ...rest].flatMap(groupsOf)));
}

/** A number in groups of seven bits, all but the last with the high bit set. */
const groupsOf = (arc: number): number[] => {
  const groups = [arc % 128];
  for (let left = Math.floor(arc / 128); left > 0; left = Math.floor(left / 128)) groups.unshift(0x80 | (left % 128));
  return groups;
};

/** `yyyyMMddHHmmssZ`, in UTC as the standard has it; the system's JSON is in Beijing time. */
export const generalizedTime = (ms: number): Buffer => encodeDer(TAG.GENERALIZED_TIME, Buffer.from(digitsOf(ms)));

/** `yyMMddHHmmssZ`, for the years 1950 to 2049. */
export const utcTime = (ms: number): Buffer => encodeDer(TAG.UTC_TIME, Buffer.from(digitsOf(ms).slice(2)));

const digitsOf = (ms: number): string => `${new Date(ms).toISOString().slice(0, 19).replaceAll(/\D/g, '')}Z`;
