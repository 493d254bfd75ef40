import { parseDateTime } from '../../../../kernel/standards/dateTime.ts';
import { SM2_WITH_SM3 } from './certificate.ts';
import {
  bits,
  contextTag,
  encodeDer,
  explicit,
  integer,
  Malformed,
  octets,
  oid,
  readDer,
  sequence,
  TAG,
  text,
  time,
  within,
  type Der,
} from './der.ts';

/**
 * Electronic seals and signatures in their two layouts. GB/T 38540-2020 (version 4) puts the signer's certificate and algorithm beside
 * what is signed; GM/T 0031-2014 (versions 1 to 3) puts them inside.
 *
 * @see GB/T 38540-2020 §6 and §7; GM/T 0031-2014; structures in github.com/ofdrw/ofdrw
 */
export type SealStandard = 'GB_T_38540' | 'GM_T_0031';

/** An electronic seal (电子印章), read but not verified. Its picture is skipped. */
export interface SesSeal {
  readonly bytes: Buffer;
  readonly standard: SealStandard;
  readonly version: number;
  /** esID, the seal's own identifier. */
  readonly identifier: string;
  readonly name: string;
  /** Who may use it: whole certificates, or their SM3 digests (certListType 2). */
  readonly holders: { readonly kind: 'CERTIFICATES' | 'DIGESTS'; readonly values: readonly Buffer[] };
  readonly createdMs: number;
  readonly validFromMs: number;
  readonly validUntilMs: number;
  readonly widthMm: number;
  readonly heightMm: number;
  /** The certificate of the seal maker (制章者), what he signed, and the signature. */
  readonly makerCertificate: Buffer;
  readonly signedBytes: Buffer;
  readonly signature: Buffer;
}

/** An electronic signature with its seal (电子签章), read but not verified. */
export interface SesSignature {
  readonly standard: SealStandard;
  readonly seal: SesSeal;
  readonly signedAtMs: number;
  /** SM3 of what was signed, 32 bytes. */
  readonly dataHash: Buffer;
  /** Where the description of the signature stands in the document. */
  readonly propertyInfo: string;
  readonly signerCertificate: Buffer;
  readonly signedBytes: Buffer;
  readonly signature: Buffer;
  /** A time-stamp token over `signature`; GB/T 38540 only. */
  readonly timestamp: Buffer | null;
}

/** @throws Malformed for anything but exactly one signature in one of the two layouts. */
export function readSesSignature(bytes: Uint8Array): SesSignature {
  const parts = within(readDer(bytes), TAG.SEQUENCE, 'a signature');
  if (parts.length === 2) return readOldSignature(parts);
  if (parts.length === 4 || parts.length === 5) return readNewSignature(parts);
  throw new Malformed('a signature of GB/T 38540 or GM/T 0031');
}

function readNewSignature([toSign, certificate, algorithm, signature, timestamp]: readonly Der[]): SesSignature {
  const [version, sealNode, timeInfo, dataHash, propertyInfo, extensions] = sequence(toSign, 'what is signed', 5, 6);
  requireSm2(algorithm);
  if (extensions) checkExtensions(explicit(extensions, 0, 'extension data'));
  return {
    standard: 'GB_T_38540',
    seal: sealOf(sealNode, 'GB_T_38540', integer(version, 'the version')),
    signedAtMs: generalizedTime(timeInfo, 'the time of signing'),
    dataHash: digest(dataHash),
    propertyInfo: text(propertyInfo, 'the property information', TAG.IA5),
    signerCertificate: octets(certificate, 'the signer’s certificate'),
    signedBytes: (toSign as Der).bytes, // read above
    signature: bits(signature, 'the signature'),
    timestamp: timestamp ? bits(explicit(timestamp, 0, 'the time stamp'), 'the time stamp') : null,
  };
}

function readOldSignature([toSign, signature]: readonly Der[]): SesSignature {
  const [version, sealNode, timeInfo, dataHash, propertyInfo, certificate, algorithm] = sequence(toSign, 'what is signed', 7);
  requireSm2(algorithm);
  return {
    standard: 'GM_T_0031',
    seal: sealOf(sealNode, 'GM_T_0031', integer(version, 'the version')),
    signedAtMs: oldTime(bits(timeInfo, 'the time of signing')),
    dataHash: digest(dataHash),
    propertyInfo: text(propertyInfo, 'the property information', TAG.IA5),
    signerCertificate: octets(certificate, 'the signer’s certificate'),
    signedBytes: (toSign as Der).bytes, // read above
    signature: bits(signature, 'the signature'),
    timestamp: null,
  };
}

/** The seal inside a signature; its version is the signature's. */
function sealOf(node: Der | undefined, standard: SealStandard, version: number): SesSeal {
  const seal = standard === 'GB_T_38540' ? readNewSeal(node) : readOldSeal(node);
  if (seal.version !== version) throw new Malformed('the same version in seal and signature');
  return seal;
}

function readNewSeal(node: Der | undefined): SesSeal {
  const [info, certificate, algorithm, signature] = sequence(node, 'a seal', 4);
  requireSm2(algorithm);
  return {
    ...readSealInfo(info, 'GB_T_38540'),
    bytes: (node as Der).bytes, // read above, as is info below
    makerCertificate: octets(certificate, 'the seal maker’s certificate'),
    signedBytes: (info as Der).bytes,
    signature: bits(signature, 'the seal maker’s signature'),
  };
}

function readOldSeal(node: Der | undefined): SesSeal {
  const [info, signInfo] = sequence(node, 'a seal', 2);
  const [certificate, algorithm, signature] = sequence(signInfo, 'the seal maker’s part', 3);
  requireSm2(algorithm);
  return {
    ...readSealInfo(info, 'GM_T_0031'),
    bytes: (node as Der).bytes, // read above, as are the three below
    makerCertificate: octets(certificate, 'the seal maker’s certificate'),
    signedBytes: encodeDer(TAG.SEQUENCE, (info as Der).bytes, (certificate as Der).bytes, (algorithm as Der).bytes),
    signature: bits(signature, 'the seal maker’s signature'),
  };
}

type SealInfo = Omit<SesSeal, 'bytes' | 'makerCertificate' | 'signedBytes' | 'signature'>;

function readSealInfo(node: Der | undefined, standard: SealStandard): SealInfo {
  const [header, identifier, property, picture, extensions] = sequence(node, 'the seal information', 4, 5);
  const [id, versionNode, vendor] = sequence(header, 'the header', 3);
  const version = integer(versionNode, 'the version');
  if (text(id, 'the mark', TAG.IA5) !== 'ES') throw new Malformed('the mark ES');
  if (standard === 'GB_T_38540' ? version !== 4 : version < 1 || version > 3) throw new Malformed('a version of this layout');
  text(vendor, 'the vendor', TAG.IA5);
  if (extensions)
    checkExtensions(standard === 'GM_T_0031' ? oldExtensions(extensions) : explicit(extensions, 0, 'extension data'));
  return {
    standard,
    version,
    identifier: text(identifier, 'the identifier', TAG.IA5),
    ...readProperty(property, standard),
    ...readPicture(picture),
  };
}

function readProperty(node: Der | undefined, standard: SealStandard) {
  const isNew = standard === 'GB_T_38540';
  const parts = sequence(node, 'the properties', isNew ? 7 : 6);
  const [type, name, ...rest] = parts;
  integer(type, 'the type');
  const [createdAt, validFrom, validUntil] = parts.slice(-3);
  const moment = isNew ? generalizedTime : time; // the old layout has UTCTime, some makers write GeneralizedTime
  return {
    name: text(name, 'the name', TAG.UTF8),
    holders: isNew ? newHolders(rest[0], rest[1]) : { kind: 'CERTIFICATES' as const, values: certificates(rest[0]) },
    createdMs: moment(createdAt, 'the day of making'),
    validFromMs: moment(validFrom, 'the begin'),
    validUntilMs: moment(validUntil, 'the end'),
  };
}

function newHolders(type: Der | undefined, holders: Der | undefined): SesSeal['holders'] {
  switch (integer(type, 'the kind of certificate list')) {
    case 1:
      return { kind: 'CERTIFICATES', values: certificates(holders) };
    case 2:
      return { kind: 'DIGESTS', values: within(holders, TAG.SEQUENCE, 'a list of digests').map(digestOf) };
    default:
      throw new Malformed('a list of certificates or of their digests');
  }
}

const certificates = (node: Der | undefined): readonly Buffer[] =>
  within(node, TAG.SEQUENCE, 'a list of certificates').map((entry) => octets(entry, 'a certificate'));

/** The name of the algorithm is the maker's own wording, so only the digest counts. */
function digestOf(node: Der): Buffer {
  const [algorithm, value] = sequence(node, 'a digest of a certificate', 2);
  text(algorithm, 'the kind of digest', TAG.PRINTABLE);
  return octets(value, 'the digest');
}

function readPicture(node: Der | undefined) {
  const [type, data, width, height] = sequence(node, 'the picture', 4);
  text(type, 'the kind of picture', TAG.IA5);
  octets(data, 'the picture');
  return { widthMm: integer(width, 'the width'), heightMm: integer(height, 'the height') };
}

/** The old layout is met with the data bare and under an explicit tag. */
const oldExtensions = (node: Der): Der => (node.tag === contextTag(0) ? explicit(node, 0, 'extension data') : node);

/** Makers' own data: read for their form; something that must be understood is not. */
function checkExtensions(node: Der): void {
  for (const entry of within(node, TAG.SEQUENCE, 'extension data')) {
    const parts = sequence(entry, 'an extension', 2, 3);
    oid(parts[0], 'an extension');
    octets(parts.at(-1), 'the value of an extension');
    if (parts.length === 3 && (parts[1]?.tag !== TAG.BOOLEAN || parts[1].content[0] !== 0)) {
      throw new Malformed('no extension that must be understood');
    }
  }
}

function requireSm2(node: Der | undefined): void {
  if (oid(node, 'the algorithm') !== SM2_WITH_SM3) throw new Malformed('a signature by SM2 with SM3');
}

function digest(node: Der | undefined): Buffer {
  const value = bits(node, 'the digest of the original');
  if (value.length !== 32) throw new Malformed('an SM3 digest');
  return value;
}

function generalizedTime(node: Der | undefined, what: string): number {
  if (node?.tag !== TAG.GENERALIZED_TIME) throw new Malformed(what);
  return time(node, what);
}

/** A UTCTime or GeneralizedTime, or plain text in Beijing time as some signers write it. A time-stamp token is not taken. */
function oldTime(content: Buffer): number {
  if (content[0] === TAG.UTC_TIME || content[0] === TAG.GENERALIZED_TIME) return time(readDer(content), 'the time of signing');
  const written = parseDateTime(content.toString('latin1'));
  if (written === null) throw new Malformed('the time of signing');
  return Date.parse(written);
}
