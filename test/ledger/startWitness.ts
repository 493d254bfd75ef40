import { join } from 'node:path';
import { drain, listen } from '../../kernel/http.ts';
import { keyInFile, LEDGER, makeKeyFile, signingKey, WITNESS } from '../../kernel/ledger/keys.ts';
import { openWitness } from '../../kernel/ledger/witness.ts';
import { createWitnessServer } from '../../kernel/ledger/witnessServer.ts';
import { silentLog } from '../../kernel/log.ts';

/** A witness, and what a graph needs to know to have its ledger countersigned by it. */
export interface RunningWitness {
  readonly environment: Readonly<Record<'LEDGER_KEY_FILE' | 'WITNESS_URL' | 'WITNESS_KEY', string>>;
  close(): Promise<void>;
}

/** Makes both keys in a folder and starts the witness there. */
export async function startWitness(folder: string): Promise<RunningWitness> {
  const keyOf = (name: string, file: string) => {
    makeKeyFile(file);
    return signingKey(name, keyInFile(file));
  };
  const ledgerKeyFile = join(folder, 'ledger.key');
  const { verifier: ledger } = keyOf(LEDGER, ledgerKeyFile);
  const { signer, verifier } = keyOf(WITNESS, join(folder, 'witness.key'));
  const server = createWitnessServer(openWitness({ signer, ledger, file: join(folder, 'witnessed') }), silentLog);
  return {
    environment: {
      LEDGER_KEY_FILE: ledgerKeyFile,
      WITNESS_URL: await listen(server, { host: '127.0.0.1', port: 0 }),
      WITNESS_KEY: Buffer.from(verifier.publicKey).toString('hex'),
    },
    close: () => drain(server, 0),
  };
}
