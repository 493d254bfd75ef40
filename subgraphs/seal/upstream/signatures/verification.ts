import { sm2Verify } from '../../../../kernel/crypto/sm2.ts';
import { sm3 } from '../../../../kernel/crypto/sm3.ts';
import { isIssuedBy, isValidAt, readCertificate, type Certificate } from './certificate.ts';
import { Malformed } from './der.ts';
import { readSesSignature, type SealStandard, type SesSeal, type SesSignature } from './ses.ts';
import { readTimestamp, type Timestamp } from './timestamp.ts';

/** Whom we believe; both lists come with the system's credentials. */
export interface Trust {
  /** Authorities whose certificates of signers and of time-stamp authorities we accept. */
  readonly authorities: readonly Certificate[];
  /** The seal makers themselves: else every holder of a certificate could make a seal in anybody's name. */
  readonly sealMakers: readonly Certificate[];
}

/** A signature as it was found in a file, and how far the file is what its list of digests says. */
export interface FoundSignature {
  /** SES_Signature in DER, as far as one can know. */
  readonly bytes: Buffer;
  /** The SM3 digest that the signature must be over. */
  readonly dataHash: Buffer;
  /** Whether the file's own list of digests is right and leaves nothing out; true where there is no such list. */
  readonly isFileIntact: boolean;
  /** The seal as a file of its own beside the signature; null when there is none. */
  readonly seal: Buffer | null;
}

/** What was found out about one signature. All is well when no check is false. */
export interface SignatureReport {
  /** false: the structure cannot be read, so nothing below is known. */
  readonly readable: boolean;
  readonly standard: SealStandard | null;
  readonly signerName: string | null;
  readonly uscc: string | null;
  readonly sealName: string | null;
  readonly sealIdentifier: string | null;
  readonly certificateSerial: string | null;
  readonly signedAtMs: number | null;
  /** The file is whole and the signature is over it. */
  readonly digestOk: boolean;
  /** The signature is by the key of the signer's certificate. */
  readonly signatureOk: boolean;
  /** A trusted authority issued the signer's certificate, the seal lists it, and it was not revoked. */
  readonly certificateOk: boolean;
  /** A trusted seal maker made the seal, nothing in it was changed, and it was not cancelled. */
  readonly sealOk: boolean;
  /** null without a time stamp. */
  readonly timestampOk: boolean | null;
  /** Seal and certificate were valid when it was signed. */
  readonly withinValidity: boolean;
}

/** What to ask the system about: SM3 fingerprints of certificates, and identifiers of seals. */
export interface RevocationQuestion {
  readonly certificates: readonly string[];
  readonly seals: readonly string[];
}

/** From which moment on something is revoked (ms), by fingerprint or identifier. */
export type Revocations = ReadonlyMap<string, number>;

interface Surroundings {
  readonly trust: Trust;
  readonly nowMs: number;
  /** Examines when it is the caller's turn: some 12 ms of arithmetic each. */
  readonly inTurn: <T>(examine: () => T) => Promise<T>;
  readonly revocations: (question: RevocationQuestion) => Promise<Revocations>;
}

/** More seals than this on one document are not met; each costs some 12 ms. */
export const MAXIMUM_SIGNATURES = 20;

/** Clocks of signers may be so far ahead of ours. */
const SKEW_MS = 5 * 60_000;

/**
 * Verifies signatures in the order of GB/T 38540: files, digest, signature, certificate, seal, time, revocation.
 *
 * @throws Whatever `revocations` throws: what cannot be checked is not called valid.
 */
export async function verifySignatures(
  found: readonly FoundSignature[],
  around: Surroundings,
): Promise<readonly SignatureReport[]> {
  const examined: Examined[] = [];
  for (const signature of found) examined.push(await around.inTurn(() => examine(signature, around)));
  const certificates = new Set(
    examined.flatMap(({ signer, maker, stamp }) => [signer, maker, stamp?.authority].flatMap((one) => one?.fingerprint ?? [])),
  );
  const seals = new Set(examined.flatMap(({ report }) => report.sealIdentifier ?? []));
  if (certificates.size + seals.size === 0) return examined.map(({ report }) => report);
  const revoked = await around.revocations({ certificates: [...certificates], seals: [...seals] });
  return examined.map((one) => withRevocations(one, revoked));
}

/** Whether every check of a report is good. */
export const isValid = (report: SignatureReport): boolean =>
  report.readable &&
  report.digestOk &&
  report.signatureOk &&
  report.certificateOk &&
  report.sealOk &&
  report.withinValidity &&
  report.timestampOk !== false;

/** A report that does not know of revocations yet, and what they must be asked about. */
interface Examined {
  readonly report: SignatureReport;
  readonly signer: Certificate | null;
  readonly maker: Certificate | null;
  /** A trusted time stamp; null also for one that is not good. */
  readonly stamp: Timestamp | null;
}

function examine(found: FoundSignature, { trust, nowMs }: Surroundings): Examined {
  const ses = readable(() => readSesSignature(found.bytes));
  if (!ses) return { report: UNREADABLE, signer: null, maker: null, stamp: null };
  const signer = readable(() => readCertificate(ses.signerCertificate));
  const maker = trust.sealMakers.find(({ bytes }) => bytes.equals(ses.seal.makerCertificate)) ?? null;
  const stamp = trustedStamp(ses, trust, nowMs);
  const report = {
    readable: true,
    standard: ses.standard,
    signerName: signer?.commonName ?? null,
    uscc: signer?.uscc ?? null,
    sealName: ses.seal.name,
    sealIdentifier: ses.seal.identifier,
    certificateSerial: signer?.serial ?? null,
    signedAtMs: ses.signedAtMs,
    digestOk: found.isFileIntact && ses.dataHash.equals(found.dataHash),
    signatureOk: signer !== null && sm2Verify(ses.signedBytes, ses.signature, signer.publicKey),
    certificateOk: signer !== null && isTrusted(signer, trust, ses.signedAtMs) && signer.maySign && isHolder(signer, ses.seal),
    sealOk: maker !== null && isMadeBy(maker, ses.seal) && (found.seal === null || found.seal.equals(ses.seal.bytes)),
    timestampOk: ses.timestamp ? stamp !== null : null,
    withinValidity: signer !== null && isInTime(ses, signer, nowMs),
  };
  return { report, signer, maker, stamp };
}

const UNREADABLE: SignatureReport = {
  readable: false,
  standard: null,
  signerName: null,
  uscc: null,
  sealName: null,
  sealIdentifier: null,
  certificateSerial: null,
  signedAtMs: null,
  digestOk: false,
  signatureOk: false,
  certificateOk: false,
  sealOk: false,
  timestampOk: null,
  withinValidity: false,
};

/** null for what is malformed; everything else that is thrown is a mistake of ours. */
function readable<T>(read: () => T): T | null {
  try {
    return read();
  } catch (thrown) {
    if (thrown instanceof Malformed) return null;
    throw thrown;
  }
}

const isTrusted = (certificate: Certificate, { authorities }: Trust, atMs: number): boolean =>
  authorities.some((authority) => isValidAt(authority, atMs) && isIssuedBy(certificate, authority));

const isHolder = ({ bytes }: Certificate, { holders: { kind, values } }: SesSeal): boolean => {
  const sought = kind === 'CERTIFICATES' ? bytes : sm3(bytes);
  return values.some((value) => value.equals(sought));
};

const isMadeBy = (maker: Certificate, seal: SesSeal): boolean =>
  isValidAt(maker, seal.createdMs) && sm2Verify(seal.signedBytes, seal.signature, maker.publicKey);

const isInTime = ({ seal, signedAtMs }: SesSignature, signer: Certificate, nowMs: number): boolean =>
  seal.validFromMs <= signedAtMs &&
  signedAtMs <= seal.validUntilMs &&
  isValidAt(signer, signedAtMs) &&
  signedAtMs <= nowMs + SKEW_MS;

/** The stamp is over the signature, so it cannot be older than the signature says it is. */
function trustedStamp({ timestamp, signature, signedAtMs }: SesSignature, trust: Trust, nowMs: number): Timestamp | null {
  const stamp = timestamp && readable(() => readTimestamp(timestamp, signature));
  if (!stamp) return null;
  const { authority, stampedAtMs } = stamp;
  const isPlausible = stampedAtMs >= signedAtMs - SKEW_MS && stampedAtMs <= nowMs + SKEW_MS;
  return isPlausible && authority.mayStampTime && isValidAt(authority, stampedAtMs) && isTrusted(authority, trust, stampedAtMs)
    ? stamp
    : null;
}

/**
 * A signature survives a later revocation only when a time stamp proves that it is older: the time that the signer wrote down
 * is his word alone, and a thief writes down what he likes.
 */
function withRevocations({ report, signer, maker, stamp }: Examined, revoked: Revocations): SignatureReport {
  const isRevoked = (name: string | null | undefined, provenMs: number): boolean => {
    const fromMs = typeof name === 'string' ? revoked.get(name) : undefined;
    return fromMs !== undefined && fromMs <= provenMs;
  };
  const stampIsRevoked = isRevoked(stamp?.authority.fingerprint, Infinity);
  const provenMs = stamp && !stampIsRevoked ? stamp.stampedAtMs : Infinity;
  return {
    ...report,
    certificateOk: report.certificateOk && !isRevoked(signer?.fingerprint, provenMs),
    sealOk: report.sealOk && !isRevoked(maker?.fingerprint, provenMs) && !isRevoked(report.sealIdentifier, provenMs),
    timestampOk: report.timestampOk === null ? null : report.timestampOk && !stampIsRevoked,
  };
}
