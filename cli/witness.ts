import { existsSync, writeFileSync } from 'node:fs';
import { readConfig } from '../kernel/config.ts';
import { drain, listen } from '../kernel/http.ts';
import { keyInFile, LEDGER, makeKeyFile, signingKey, WITNESS } from '../kernel/ledger/keys.ts';
import { openWitness } from '../kernel/ledger/witness.ts';
import { createWitnessServer } from '../kernel/ledger/witnessServer.ts';
import { createLog } from '../kernel/log.ts';

interface WitnessFlags {
  /** Where the last note is kept. */
  readonly file?: string | undefined;
  /** The ledger's public key, 130 hexadecimal digits. */
  readonly 'ledger-key'?: string | undefined;
  /** The witness's own key; the file beside the last note when left out, made when there is neither. */
  readonly 'key-file'?: string | undefined;
  readonly port?: string | undefined;
}

const DEFAULT_PORT = 4_200;
const DRAIN_MS = 3_000;

/** Countersigns until it is told to end; prints its address and its public key. @throws A sentence for wrong flags. */
export async function serveWitness(flags: WitnessFlags): Promise<void> {
  const { file, 'ledger-key': ledgerKey = '', 'key-file': keyFile = `${file}.key`, port } = flags;
  if (!file) throw new Error('The witness needs --file: where it keeps the last checkpoint that it signed.');
  if (!/^04[0-9a-f]{128}$/i.test(ledgerKey))
    throw new Error('The witness needs --ledger-key: the 130 digits that `npm run ledger -- key` prints behind "ledger=".');
  if (!existsSync(keyFile) && !existsSync(file)) {
    makeKeyFile(keyFile);
    writeFileSync(file, '', { mode: 0o600 });
  }
  if (!existsSync(file)) throw new Error(`The witness has its key but not ${file}: without it, it would sign any history.`);
  const { signer, verifier } = signingKey(WITNESS, keyInFile(keyFile));
  const witness = openWitness({ signer, ledger: { name: LEDGER, publicKey: Buffer.from(ledgerKey, 'hex') }, file });
  const config = { ...readConfig(), ...(port === undefined ? {} : { port: readConfig({ PORT: port }).port }) };
  const server = createWitnessServer(witness, createLog({ level: config.logLevel }));
  const url = await listen(server, { host: config.host, port: config.port ?? DEFAULT_PORT });
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => void drain(server, DRAIN_MS));
  console.log(`WITNESS_URL=${url}\nWITNESS_KEY=${Buffer.from(verifier.publicKey).toString('hex')}`);
}
