import type { Clock } from '../clock.ts';
import type { Config } from '../config.ts';
import type { CryptoProvider } from '../crypto/provider.ts';
import type { State } from '../state.ts';
import type { Verifier } from './checkpoint.ts';
import { openCheckpoints, type Checkpoints } from './checkpoints.ts';
import { keyInFile, LEDGER, secretInState, signingKey, WITNESS, type SigningKey } from './keys.ts';
import { openLedger, type Ledger } from './ledger.ts';
import { witnessClient } from './witnessClient.ts';

/** The access ledger as a process has it, once. */
export interface AccessLedger {
  readonly ledger: Ledger;
  readonly checkpoints: Checkpoints;
  /** Who signs its checkpoints: the ledger, and the witness if there is one. */
  readonly verifiers: readonly Verifier[];
  /** For how long an entry is kept. */
  readonly retentionMs: number;
}

/** What the configuration says of the ledger. */
export type LedgerConfig = Pick<Config, 'production' | 'ledgerKeyFile' | 'witness' | 'ledgerRetentionDays'>;

const DAY_MS = 86_400_000;

/**
 * @param module Signs with a key that is kept elsewhere; without it the ledger has a key of its own.
 * @throws A sentence in production without a witness: a ledger that is signed by its operator alone proves nothing against him.
 */
export async function openAccessLedger(
  state: State,
  config: LedgerConfig,
  clock: Pick<Clock, 'now'>,
  module: SigningModule | null = null,
): Promise<AccessLedger> {
  const { production, witness, ledgerRetentionDays } = config;
  if (production && !witness)
    throw new Error('Production needs a witness of the access ledger: set WITNESS_URL and WITNESS_KEY.');
  const ledger = await openLedger(state, clock);
  const { signer, verifier } = module ? moduleKey(module) : await ledgerKey(state, config);
  const verifiers = ledgerVerifiers(verifier, config);
  const client = witness && witnessClient(witness.url, verifiers);
  return {
    ledger,
    checkpoints: openCheckpoints({ ledger, state, clock, signer, witness: client, verifiers }),
    verifiers,
    retentionMs: ledgerRetentionDays * DAY_MS,
  };
}

/** A cryptographic module, as far as the ledger needs it. */
export type SigningModule = Pick<CryptoProvider, 'publicKey' | 'sign'>;

const moduleKey = ({ publicKey, sign }: SigningModule): SigningKey => ({
  signer: { name: LEDGER, sign },
  verifier: { name: LEDGER, publicKey },
});

/** The key with which the ledger signs by itself. Its tables must be there. */
export const ledgerKey = async (state: State, { ledgerKeyFile }: Pick<Config, 'ledgerKeyFile'>): Promise<SigningKey> =>
  signingKey(LEDGER, ledgerKeyFile ? keyInFile(ledgerKeyFile) : await secretInState(state, LEDGER));

/** Whose signatures a checkpoint must have. */
export const ledgerVerifiers = (ledger: Verifier, { witness }: Pick<Config, 'witness'>): readonly Verifier[] => [
  ledger,
  ...(witness ? [{ name: WITNESS, publicKey: witness.publicKey }] : []),
];
