import { readFileSync, writeFileSync } from 'node:fs';
import { sm2PublicKey } from '../crypto/sm2.ts';
import { bytes32, randomScalar } from '../crypto/sm2Curve.ts';
import type { State } from '../state.ts';
import { keySigner, type Signer, type Verifier } from './checkpoint.ts';
import type { LedgerTables } from './tables.ts';

/** Whoever signs checkpoints, and what his signature is checked with. */
export interface SigningKey {
  readonly signer: Signer;
  readonly verifier: Verifier;
}

/** The names under which the ledger and its witness sign. */
export const LEDGER = 'ledger';
export const WITNESS = 'witness';

/** @param privateKey 32 bytes. */
export const signingKey = (name: string, privateKey: Uint8Array): SigningKey => ({
  signer: keySigner(name, privateKey),
  verifier: { name, publicKey: sm2PublicKey(privateKey) },
});

/** A secret of 32 bytes that all processes of one state share, made once; good as a private key, too. */
export const secretInState = (state: State, name: string): Promise<Buffer> =>
  state.exclusively(`ledger/${name}`, async () => {
    const db = state.db<LedgerTables>();
    const row = await db.selectFrom('ledger_key').select('secret').where('name', '=', name).executeTakeFirst();
    const secret = row?.secret ?? newKey().toString('hex');
    if (!row) await db.insertInto('ledger_key').values({ name, secret }).execute();
    return Buffer.from(secret, 'hex');
  });

/**
 * A private key of 32 bytes, in a file as 64 hexadecimal digits.
 *
 * @throws A sentence when there is no such file or something else is in it.
 */
export function keyInFile(path: string): Buffer {
  const text = readFileSync(path, 'utf8').trim();
  if (!/^[0-9a-f]{64}$/i.test(text)) throw new Error(`The file ${path} must hold one key of 64 hexadecimal digits.`);
  return Buffer.from(text, 'hex');
}

/** Makes a key and puts it into a file that only the process's own user can read. @throws When the file is there already. */
export const makeKeyFile = (path: string): void =>
  writeFileSync(path, `${newKey().toString('hex')}\n`, { flag: 'wx', mode: 0o600, flush: true });

const newKey = (): Buffer => bytes32(randomScalar());
