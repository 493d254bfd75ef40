import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { ServiceError } from '../errors.ts';
import { readBody, sendError, sendFailure, sendingTimes, sendJson, targetOf } from '../http.ts';
import type { Log } from '../log.ts';
import { field, json, list, record, string } from '../parse.ts';
import type { Witness } from './witness.ts';

/** Where the witness answers. */
export const CHECKPOINT_PATH = '/checkpoint';

/** A note has some 300 bytes, and the longest proof some 100 hashes. */
const MAXIMUM_BYTES = 32 * 1024;

/**
 * The witness over HTTP, in JSON. Whoever reaches it may ask: it signs nothing but what the ledger has signed.
 *
 * - `GET /checkpoint` → `{ size, note }`: what was signed last; 0 and null before the first.
 * - `POST /checkpoint` `{ note, proof: [Base64] }` → `{ note }` with the witness's signature, 400 or 409 as {@link Witness.sign} says.
 */
export function createWitnessServer(witness: Witness, log: Log): Server {
  const answer = async (incoming: IncomingMessage, response: ServerResponse): Promise<void> => {
    if (targetOf(incoming).pathname !== CHECKPOINT_PATH)
      return sendError(response, new ServiceError('BAD_USER_INPUT', `The witness answers under ${CHECKPOINT_PATH}.`), 404);
    switch (incoming.method) {
      case 'GET':
        return sendJson(response, 200, { size: witness.last()?.size ?? 0, note: witness.lastNote() });
      case 'POST': {
        const { note, proof } = questionIn(await readBody(incoming, MAXIMUM_BYTES));
        return sendJson(response, 200, { note: await witness.sign(note, proof) });
      }
      default:
        return sendError(response, new ServiceError('BAD_USER_INPUT', 'The witness takes GET and POST.'), 405);
    }
  };
  return createServer(sendingTimes(), (incoming, response) => {
    answer(incoming, response).catch((thrown: unknown) => sendFailure(response, thrown, log));
  });
}

function questionIn(body: string): { readonly note: string; readonly proof: readonly Buffer[] } {
  try {
    const question = json(record)(body, 'body');
    const proof = field(question, 'proof', list(string)).map((hash) => Buffer.from(hash, 'base64'));
    return { note: field(question, 'note', string), proof };
  } catch (cause) {
    throw new ServiceError('BAD_USER_INPUT', 'Send {"note": "…", "proof": ["<Base64>", …]}.', { cause });
  }
}
