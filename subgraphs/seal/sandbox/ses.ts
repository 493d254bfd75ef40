import { signatureFromDer } from '../../../kernel/crypto/sm2.ts';
import { sm3 } from '../../../kernel/crypto/sm3.ts';
import { formatDateTime } from '../../../kernel/standards/dateTime.ts';
import { contextTag, encodeDer } from '../upstream/signatures/der.ts';
import type { SealStandard } from '../upstream/signatures/ses.ts';
import {
  bitString,
  generalizedTime,
  ia5,
  integer,
  objectId,
  octetString,
  printable,
  sequenceOf,
  setOf,
  utcTime,
  utf8,
} from './encode.ts';
import { sm2WithSm3, type Identity } from './identities.ts';

/** What a seal maker is told to make. */
export interface SealDraft {
  readonly layout: SealStandard;
  readonly identifier: string;
  /** Code of the national platform: 1 to 5, 99. */
  readonly type: number;
  readonly name: string;
  /** Certificates of those who may use it. */
  readonly holders: readonly Uint8Array[];
  /** List only the digests of the certificates (certListType 2); GB/T 38540 only. */
  readonly digestsOnly: boolean;
  readonly createdMs: number;
  readonly validFromMs: number;
  readonly validUntilMs: number;
  readonly widthMm: number;
  readonly heightMm: number;
  readonly maker: Identity;
}

const VERSIONS = { GB_T_38540: 4, GM_T_0031: 1 } as const;

/** One transparent point in PNG: a sandbox's seal must not look like one. */
const PICTURE = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg==',
  'base64',
);

/** A seal in DER. */
export function makeSeal(draft: SealDraft): Buffer {
  const isNew = draft.layout === 'GB_T_38540';
  const info = sequenceOf(
    sequenceOf(ia5('ES'), integer(VERSIONS[draft.layout]), ia5('MJSB')),
    ia5(draft.identifier),
    isNew ? newProperty(draft) : oldProperty(draft),
    sequenceOf(ia5('PNG'), octetString(PICTURE), integer(draft.widthMm), integer(draft.heightMm)),
  );
  const parts = [octetString(draft.maker.certificate), sm2WithSm3()];
  return isNew
    ? sequenceOf(info, ...parts, bitString(draft.maker.key.sign(info)))
    : sequenceOf(info, sequenceOf(...parts, bitString(raw(draft.maker.key.sign(sequenceOf(info, ...parts))))));
}

const newProperty = ({ type, name, holders, digestsOnly, createdMs, validFromMs, validUntilMs }: SealDraft): Buffer =>
  sequenceOf(
    integer(type),
    utf8(name),
    integer(digestsOnly ? 2 : 1),
    sequenceOf(
      ...holders.map((holder) => (digestsOnly ? sequenceOf(printable('SM3'), octetString(sm3(holder))) : octetString(holder))),
    ),
    ...[createdMs, validFromMs, validUntilMs].map(generalizedTime),
  );

const oldProperty = ({ type, name, holders, createdMs, validFromMs, validUntilMs }: SealDraft): Buffer =>
  sequenceOf(
    integer(type),
    utf8(name),
    sequenceOf(...holders.map(octetString)),
    ...[createdMs, validFromMs, validUntilMs].map(utcTime),
  );

/** Old signers write r‖s instead of a sequence. */
const raw = (signature: Buffer): Buffer => signatureFromDer(signature) ?? signature;

/** What a signer is told to sign. */
export interface SignatureDraft {
  readonly layout: SealStandard;
  readonly seal: Uint8Array;
  readonly signer: Identity;
  readonly signedAtMs: number;
  /** SM3, 32 bytes. */
  readonly dataHash: Uint8Array;
  readonly propertyInfo: string;
  /** GB/T 38540 only. */
  readonly stamp: { readonly authority: Identity; readonly atMs: number } | null;
  /** Only to try a wrong one. */
  readonly userId?: string;
}

/** An electronic signature in DER. */
export function makeSignature(draft: SignatureDraft): Buffer {
  const { layout, seal, signer, signedAtMs, dataHash, propertyInfo, stamp, userId } = draft;
  const certificate = octetString(signer.certificate);
  if (layout === 'GM_T_0031') {
    const time = bitString(Buffer.from(formatDateTime(signedAtMs, 'yyyy-MM-dd HH:mm:ss'))); // plain text in Beijing time, as met
    const toSign = sequenceOf(integer(1), seal, time, bitString(dataHash), ia5(propertyInfo), certificate, sm2WithSm3());
    return sequenceOf(toSign, bitString(raw(signer.key.sign(toSign, userId))));
  }
  const toSign = sequenceOf(integer(4), seal, generalizedTime(signedAtMs), bitString(dataHash), ia5(propertyInfo));
  const signature = signer.key.sign(toSign, userId);
  const timestamp = stamp ? [encodeDer(contextTag(0), bitString(makeTimestamp(signature, stamp)))] : [];
  return sequenceOf(toSign, certificate, sm2WithSm3(), bitString(signature), ...timestamp);
}

/** A time-stamp token over a message. */
export function makeTimestamp(message: Uint8Array, { authority, atMs }: { authority: Identity; atMs: number }): Buffer {
  const sm3Algorithm = sequenceOf(objectId('1.2.156.10197.1.401'));
  const contentType = objectId('1.2.840.113549.1.9.16.1.4');
  const info = sequenceOf(
    integer(1),
    objectId('1.2.156.10197.6.1.1'),
    sequenceOf(sm3Algorithm, octetString(sm3(message))),
    integer(atMs),
    generalizedTime(atMs),
  );
  const attributes = setOf(
    sequenceOf(objectId('1.2.840.113549.1.9.3'), setOf(contentType)),
    sequenceOf(objectId('1.2.840.113549.1.9.4'), setOf(octetString(sm3(info)))),
  );
  const signer = sequenceOf(
    integer(1),
    sequenceOf(authority.issuer, integer(authority.serial)),
    sm3Algorithm,
    Buffer.concat([Buffer.of(contextTag(0)), attributes.subarray(1)]),
    sequenceOf(sm2WithSm3()),
    octetString(authority.key.sign(attributes)),
  );
  const signedData = sequenceOf(
    integer(3),
    setOf(sm3Algorithm),
    sequenceOf(contentType, encodeDer(contextTag(0), octetString(info))),
    encodeDer(contextTag(0), authority.certificate),
    setOf(signer),
  );
  return sequenceOf(objectId('1.2.840.113549.1.7.2'), encodeDer(contextTag(0), signedData));
}
