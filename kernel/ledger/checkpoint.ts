import { sm2Sign, sm2Verify } from '../crypto/sm2.ts';

/** What is said of the ledger at one moment: so many entries, and the root of their tree. */
export interface Checkpoint {
  readonly size: number;
  /** 32 bytes. */
  readonly root: Buffer;
  /** RFC 3339, UTC. */
  readonly at: string;
}

/** Who signs checkpoints: the ledger itself, and the witness. Where its key is kept, nobody here knows. */
export interface Signer {
  readonly name: string;
  /** SM2 over the text in UTF-8, with the standard's usual identity; 64 bytes `r‖s`. */
  sign(text: string): Promise<Buffer>;
}

/** Signs with a key of 32 bytes that lies in this process. */
export const keySigner = (name: string, privateKey: Uint8Array): Signer => ({
  name,
  sign: async (text) => sm2Sign(text, privateKey),
});

/** Whose signature is believed. */
export interface Verifier {
  readonly name: string;
  /** 65 bytes. */
  readonly publicKey: Uint8Array;
}

/** A public key as commands and proofs print it: `name=`, and 130 hexadecimal digits. */
export const printedKey = ({ name, publicKey }: Verifier): string => `${name}=${Buffer.from(publicKey).toString('hex')}`;

const ORIGIN = 'meijiang-ledger/v1';

/**
 * The text that is signed: four lines, each ended by a line feed.
 *
 * @see https://c2sp.org/tlog-checkpoint: the same lines with a time in the place of an extension
 */
const textOf = ({ size, root, at }: Checkpoint): string => `${ORIGIN}\n${size}\n${root.toString('base64')}\n${at}\n`;

/** A checkpoint with one signature: its text, an empty line, and a line for each signature. */
export const signCheckpoint = (checkpoint: Checkpoint, signer: Signer): Promise<string> =>
  countersign(`${textOf(checkpoint)}\n`, signer);

/** A note with one more signature over its text. */
export async function countersign(note: string, signer: Signer): Promise<string> {
  const signature = await signer.sign(note.slice(0, note.indexOf('\n\n') + 1));
  return `${note}— ${signer.name} ${signature.toString('base64')}\n`;
}

/**
 * What a note says.
 *
 * @param verifiers All of them must have signed it.
 * @returns null when it is out of form, or one of the signatures is missing or wrong. Never throws on foreign text.
 */
export function readCheckpoint(note: string, verifiers: readonly Verifier[]): Checkpoint | null {
  const match = FORM.exec(note);
  if (!match) return null;
  const [, text = '', size, root = '', at = '', signatures = ''] = match;
  const signed = verifiers.every(({ name, publicKey }) =>
    signaturesBy(name, signatures).some((signature) => sm2Verify(text, signature, publicKey)),
  );
  return signed ? { size: Number(size), root: Buffer.from(root, 'base64'), at } : null;
}

const FORM =
  /^(meijiang-ledger\/v1\n(0|[1-9]\d{0,15})\n([A-Za-z0-9+/]{43}=)\n(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z)\n)\n((?:— [\w.-]{1,64} [A-Za-z0-9+/]{86}==\n){1,8})$/;

const signaturesBy = (name: string, lines: string): Buffer[] =>
  lines.split('\n').flatMap((line) => {
    const [, signer, signature = ''] = line.split(' ');
    return signer === name ? [Buffer.from(signature, 'base64')] : [];
  });
