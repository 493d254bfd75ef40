import '../kernel/runtime.ts';
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { parseArgs } from 'node:util';
import { systemClock as clock } from '../kernel/clock.ts';
import { readConfig, type Config } from '../kernel/config.ts';
import { poolOf } from '../kernel/crypto/openProvider.ts';
import { poolPublicKey } from '../kernel/crypto/poolProvider.ts';
import { ledgerKey, ledgerVerifiers } from '../kernel/ledger/accessLedger.ts';
import { printedKey, type Verifier } from '../kernel/ledger/checkpoint.ts';
import { exportLedger } from '../kernel/ledger/export.ts';
import { LEDGER, makeKeyFile } from '../kernel/ledger/keys.ts';
import { openLedger, type Ledger } from '../kernel/ledger/ledger.ts';
import { verifyLedger } from '../kernel/ledger/verify.ts';
import { lastWitnessed } from '../kernel/ledger/witnessClient.ts';
import { openState, type State } from '../kernel/state.ts';
import { serveWitness } from './witness.ts';

// npm run ledger -- <command>: what the operator of the access ledger, its witness and an auditor do with it.

const USAGE = `Usage: npm run ledger -- <command>
  key                                    prints the ledger's public key; makes the key of LEDGER_KEY_FILE when there is none
  verify [--witnessed FILE|URL]          looks at every entry and checkpoint; ends with 1 when something is wrong
  export                                 writes the ledger as lines of JSON, for kernel/ledger/verify.py
  unlink SUBJECT --reason TEXT           empties all entries about a person key or a social credit code
  witness --file FILE --ledger-key HEX [--port N] [--key-file FILE]
                                         countersigns checkpoints, on another machine than the ledger's
verify, export, unlink and key read the state of DATA_DIR or DATABASE_URL.`;

const COMMANDS: Readonly<Record<string, () => Promise<void>>> = {
  key: () =>
    withLedger(async (_, verifiers) => {
      for (const verifier of verifiers) console.log(printedKey(verifier));
    }),
  verify: () =>
    withLedger(async (state, verifiers) => {
      const { witnessed: at } = values;
      const witnessed = at === undefined ? null : await witnessedAt(at);
      const { size, checkpoints, faults } = await verifyLedger(state, { verifiers, witnessed });
      const names = verifiers.map(({ name }) => name).join(' and ');
      console.log(`${size} entries and ${checkpoints} checkpoints were looked at, for signatures of ${names}.`);
      if (at === undefined) console.log('Without --witnessed, a ledger that was cut off behind an older checkpoint looks whole.');
      for (const fault of faults) console.log(fault);
      if (faults.length > 0) process.exitCode = 1;
      else console.log('All is right.');
    }),
  export: () =>
    withLedger(async (state) => {
      await pipeline(Readable.from(exportLedger(state)), process.stdout, { end: false });
    }),
  unlink: () =>
    withLedger(async (_, __, ledger) => {
      const [, subject] = positionals;
      const { reason } = values;
      if (!subject || !reason) throw new Error(USAGE);
      console.log(`${await ledger.unlink(subject, { reason })} entries were emptied; their commitments stay.`);
    }),
  witness: async () => serveWitness(values),
};

const { values, positionals } = parsed();

function parsed() {
  try {
    return parseArgs({
      allowPositionals: true,
      options: {
        ...{ witnessed: { type: 'string' }, reason: { type: 'string' } },
        ...{
          file: { type: 'string' },
          'ledger-key': { type: 'string' },
          'key-file': { type: 'string' },
          port: { type: 'string' },
        },
      },
    });
  } catch {
    return { values: {}, positionals: [] };
  }
}

/** By what the ledger's signatures are verified: the key of the pool that signs for it, or its own. */
const verifierOf = async (state: State, config: Config): Promise<Verifier> =>
  config.cryptoProvider === 'pool'
    ? { name: LEDGER, publicKey: poolPublicKey(poolOf(config.upstreams)) }
    : (await ledgerKey(state, config)).verifier;

/** The ledger that the environment names; another process may go on writing to it. */
async function withLedger(work: (state: State, verifiers: readonly Verifier[], ledger: Ledger) => Promise<void>): Promise<void> {
  const config = readConfig();
  if (!config.dataDir && !config.databaseUrl)
    throw new Error('Set DATA_DIR or DATABASE_URL: a ledger in memory is known to its own process only.');
  if (config.ledgerKeyFile && !existsSync(config.ledgerKeyFile) && positionals[0] === 'key') makeKeyFile(config.ledgerKeyFile);
  const state = openState(config);
  try {
    const ledger = await openLedger(state, clock);
    await work(state, ledgerVerifiers(await verifierOf(state, config), config), ledger);
  } finally {
    await state.close();
  }
}

/** @param at A file, or the address of the witness. */
async function witnessedAt(at: string): Promise<string> {
  const note = await (/^https?:/.test(at) ? lastWitnessed(at) : readFile(at, 'utf8')).catch((thrown: unknown) => {
    const why = Error.isError(thrown) ? thrown.message : String(thrown);
    throw new Error(`What the witness signed last cannot be read from ${at}: ${why}`, { cause: thrown });
  });
  if (!note) throw new Error('The witness has not signed anything yet.');
  return note;
}

try {
  const command = COMMANDS[positionals[0] ?? ''];
  if (!command) throw new Error(USAGE);
  await command();
} catch (thrown) {
  console.error(Error.isError(thrown) ? thrown.message : String(thrown));
  process.exitCode = 1;
}
