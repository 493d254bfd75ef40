import { request } from 'undici';
import { ServiceError } from '../errors.ts';
import { field, integer, nullable, string } from '../parse.ts';
import { readCheckpoint, type Verifier } from './checkpoint.ts';
import type { WitnessClient } from './checkpoints.ts';
import { CHECKPOINT_PATH } from './witnessServer.ts';

const PATIENCE_MS = 3_000;

/**
 * The witness at its address.
 *
 * @param verifiers The ledger and the witness: a note that comes back is believed when both have signed it.
 * @throws LEDGER_UNAVAILABLE, from its calls, when the witness is silent, refuses, or answers something else than was asked.
 */
export const witnessClient = (url: string, verifiers: readonly Verifier[]): WitnessClient => ({
  lastSize: () => unlessUnavailable(async () => field(await askWitness(url), 'size', integer)),
  sign: (note, proof) =>
    unlessUnavailable(async () => {
      const question = { note, proof: proof.map((hash) => hash.toString('base64')) };
      const signed = field(await askWitness(url, question), 'note', string);
      if (!signed.startsWith(note) || !readCheckpoint(signed, verifiers)) throw new Error('The witness signed something else.');
      return signed;
    }),
});

/** The note that the witness keeps; null before its first. @throws Whatever goes wrong on the way. */
export const lastWitnessed = async (url: string): Promise<string | null> =>
  field(await askWitness(url), 'note', nullable(string));

/** @param question Left out, the witness is asked what it signed last. */
async function askWitness(url: string, question?: object): Promise<unknown> {
  const { statusCode, body } = await request(new URL(CHECKPOINT_PATH, url), {
    ...(question === undefined
      ? { method: 'GET' }
      : { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(question) }),
    signal: AbortSignal.timeout(PATIENCE_MS),
  });
  const text = await body.text();
  if (statusCode !== 200) throw new Error(`The witness answered ${statusCode}: ${text.slice(0, 300)}`);
  return JSON.parse(text);
}

async function unlessUnavailable<T>(ask: () => Promise<T>): Promise<T> {
  try {
    return await ask();
  } catch (cause) {
    throw new ServiceError(
      'LEDGER_UNAVAILABLE',
      'The witness of the access ledger does not sign now, so nothing can be proven.',
      {
        cause,
      },
    );
  }
}
