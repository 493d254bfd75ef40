import { createHmac, randomBytes } from 'node:crypto';
import DataLoader from 'dataloader';
import type { Kysely, SelectQueryBuilder, Transaction } from 'kysely';
import type { Clock } from '../clock.ts';
import { sm3 } from '../crypto/sm3.ts';
import { invariant, ServiceError } from '../errors.ts';
import type { State } from '../state.ts';
import { withoutNames } from './access.ts';
import { secretInState } from './keys.ts';
import { completedBy, leafHash, nodeHash, rootOf, subtreesOf, type HashOf, type Subtree } from './merkle.ts';
import { MIGRATIONS, type LedgerTables } from './tables.ts';

/** What is to be recorded: never a value, only that it was looked at. */
export interface LedgerRecord {
  /** Whom it is about: a person key or a social credit code; null for what is about nobody. */
  readonly subject: string | null;
  /** When the subject may see it first; null: at once. */
  readonly visibleFromMs: number | null;
  readonly facts: Readonly<Record<string, unknown>>;
}

/** A record as it stands in the ledger. */
export interface LedgerEntry {
  readonly sequence: number;
  readonly atMs: number;
  /** 32 bytes. */
  readonly salt: Buffer;
  /** The JSON text that the commitment is about: facts, subject and time. */
  readonly text: string;
}

/** A page of a subject's entries, newest first. */
export interface LedgerPage {
  readonly totalCount: number;
  readonly entries: readonly LedgerEntry[];
  /** Whether older ones follow. */
  readonly hasMore: boolean;
}

/** What of a subject's entries is asked for; by sequence, so that a list keeps its place while new entries come. */
export interface PageOfSubject {
  /** Only entries that are older than this one; null: from the newest on. */
  readonly before: number | null;
  readonly size: number;
}

/**
 * The record of who looked at what: entries that can be added and proven, and never quietly changed.
 *
 * Entries are the leaves of a Merkle tree (RFC 6962 in shape, with SM3), each as a commitment: the hash of a salt and the entry's
 * text. Without the salt nobody can find out whom an entry is about, and all proofs still hold.
 */
export interface Ledger {
  /**
   * Adds records, in their order, and resolves when they are on the disk.
   *
   * @throws LEDGER_UNAVAILABLE when they cannot be written; then none of them is there.
   */
  append(records: readonly LedgerRecord[]): Promise<void>;
  /** Entries about a subject that he may see now, newest first. */
  ofSubject(subject: string, page: PageOfSubject): Promise<LedgerPage>;
  /**
   * Unlinks a subject from all entries about him: salts and texts go, commitments and proofs stay. Itself an entry, which names the
   * entries that it emptied.
   *
   * @returns How many they are.
   * @throws LEDGER_UNAVAILABLE
   */
  unlink(subject: string, facts: LedgerRecord['facts']): Promise<number>;
  /**
   * Empties what is older than a moment in the same way, but never an entry that names others: without it they would look tampered with.
   *
   * @returns How many they are.
   * @throws LEDGER_UNAVAILABLE; what was emptied before stays so.
   */
  expire(beforeMs: number, facts: LedgerRecord['facts']): Promise<number>;
  /** How many entries there are, and the root of their tree. */
  head(): Promise<{ readonly size: number; readonly root: Buffer }>;
  /** Hashes of full subtrees, for proofs. */
  readonly hashOf: HashOf;
  /** What stands in entries for a person who acts: 32 hexadecimal digits. Who has the ledger's secret can find out whose by trying. */
  pseudonymOf(actor: string): string;
}

/** Records that may wait while a batch is being written; a page of a work list has some hundred. */
const MAXIMUM_WAITING = 20_000;

export async function openLedger(state: State, { now }: Pick<Clock, 'now'>): Promise<Ledger> {
  await state.migrate('ledger', MIGRATIONS);
  const db = state.db<LedgerTables>();
  const subjectKey = await secretInState(state, 'subject');
  const actorKey = await secretInState(state, 'actor');
  const markOf = (subject: string): string => createHmac('sm3', subjectKey).update(subject).digest('hex');
  const pseudonymOf = (actor: string): string => createHmac('sm3', actorKey).update(actor).digest('hex').slice(0, 32);
  const writing = (): Writing => ({ markOf, pseudonymOf, nowMs: now() });
  const emptied = async (facts: LedgerRecord['facts'], which: Which): Promise<number> => {
    try {
      return await db.transaction().execute((transaction) => empty(transaction, which, facts, writing()));
    } catch (cause) {
      throw unavailable(cause);
    }
  };
  const append = batched((records) => db.transaction().execute((transaction) => write(transaction, records, writing())));
  // Proofs ask for hundreds at once, and many of them for the same.
  const hashes = new DataLoader<Subtree, Buffer>(
    async (subtrees) => {
      const found = await hashesOf(db, subtrees);
      return subtrees.map((subtree) => found.get(keyOf(subtree)) ?? new Error('Every full subtree has its hash.'));
    },
    { cache: false, maxBatchSize: MAXIMUM_ROWS },
  );
  const hashOf: HashOf = (subtree) => hashes.load(subtree);
  const visibleTo = (subject: string) =>
    db.selectFrom('ledger_entry').where('subject', '=', markOf(subject)).where('visible_from_ms', '<=', now());
  return {
    append,
    unlink: (subject, facts) =>
      emptied(facts, (transaction) => transaction.selectFrom('ledger_entry').where('subject', '=', markOf(subject))),
    expire: async (beforeMs, facts) => {
      let total = 0;
      for (let count = MAXIMUM_EXPIRED; count === MAXIMUM_EXPIRED; total += count)
        count = await emptied(facts, (transaction) => expired(transaction, beforeMs));
      return total;
    },
    hashOf,
    pseudonymOf,
    head: async () => {
      const { size } = await db.selectFrom('ledger_size').select('size').executeTakeFirstOrThrow();
      return { size: Number(size), root: await rootOf(sm3, Number(size), hashOf) };
    },
    ofSubject: async (subject, { before, size }) => {
      const { count } = await visibleTo(subject)
        .select(({ fn }) => fn.countAll().as('count'))
        .executeTakeFirstOrThrow();
      const rows = await visibleTo(subject)
        .$if(before !== null, (query) => query.where('sequence', '<', before))
        .select(['sequence', 'at_ms', 'salt', 'entry'])
        .orderBy('sequence', 'desc')
        .limit(size + 1)
        .execute();
      return { totalCount: Number(count), entries: rows.slice(0, size).flatMap(entryOf), hasMore: rows.length > size };
    },
  };
}

type EntryRow = Pick<LedgerTables['ledger_entry'], 'sequence' | 'at_ms' | 'salt' | 'entry'>;

const entryOf = ({ sequence, at_ms, salt, entry }: EntryRow): LedgerEntry[] =>
  salt === null || entry === null
    ? []
    : [{ sequence: Number(sequence), atMs: Number(at_ms), salt: Buffer.from(salt, 'hex'), text: entry }];

/** What stands in the tree for an entry. */
export const commitmentOf = (salt: Uint8Array, text: string): Buffer => sm3(Buffer.concat([salt, Buffer.from(text)]));

// --- writing

interface Waiting {
  readonly records: readonly LedgerRecord[];
  readonly done: PromiseWithResolvers<void>;
}

/** While one batch is being written the next gathers, so that many requests share one write to the disk. */
function batched(writeAll: (records: readonly LedgerRecord[]) => Promise<void>): Ledger['append'] {
  let waiting: Waiting[] = [];
  let count = 0;
  let isWriting = false;
  const flush = async (): Promise<void> => {
    for (let batch = waiting; batch.length > 0; batch = waiting) {
      [waiting, count] = [[], 0];
      const outcome = await writeAll(batch.flatMap(({ records }) => records)).then(
        () => null,
        (cause: unknown) => unavailable(cause),
      );
      for (const { done } of batch) {
        if (outcome) done.reject(outcome);
        else done.resolve();
      }
    }
    isWriting = false;
  };
  return (records) => {
    if (records.length === 0) return Promise.resolve();
    if (count + records.length > MAXIMUM_WAITING) return Promise.reject(unavailable(new Error('Too many records wait.')));
    const done = Promise.withResolvers<void>();
    waiting.push({ records, done });
    count += records.length;
    if (!isWriting) {
      isWriting = true;
      setImmediate(() => void flush());
    }
    return done.promise;
  };
}

const unavailable = (cause: unknown): ServiceError =>
  new ServiceError('LEDGER_UNAVAILABLE', 'The access cannot be recorded now, so nothing personal is shown.', { cause });

interface Writing {
  readonly markOf: (subject: string) => string;
  readonly pseudonymOf: (actor: string) => string;
  readonly nowMs: number;
}

async function write(db: Transaction<LedgerTables>, records: readonly LedgerRecord[], writing: Writing): Promise<void> {
  const { markOf, pseudonymOf, nowMs } = writing;
  // First of all, so that one writer waits for the other from here on.
  const { size } = await db
    .updateTable('ledger_size')
    .set(({ eb }) => ({ size: eb('size', '+', records.length) }))
    .returning('size')
    .executeTakeFirstOrThrow();
  const first = Number(size) - records.length;
  const entries = records.map(({ subject, visibleFromMs, facts }, at) => {
    const salt = randomBytes(32);
    const entry = JSON.stringify({ ...withoutNames(facts, pseudonymOf), subject, at: new Date(nowMs).toISOString() });
    return {
      sequence: first + at,
      commitment: commitmentOf(salt, entry).toString('hex'),
      salt: salt.toString('hex'),
      entry,
      subject: subject === null ? null : markOf(subject),
      at_ms: nowMs,
      visible_from_ms: visibleFromMs ?? nowMs,
    };
  });
  const nodes = await nodesOf(db, entries);
  for (const part of parts(entries)) await db.insertInto('ledger_entry').values(part).execute();
  for (const part of parts(nodes)) await db.insertInto('ledger_node').values(part).execute();
}

/** What an entry is called that empties others; it lists them under `sequences`. */
export const UNLINKING = 'UNLINKING';

/** The entries that are to be emptied. */
type Which = (db: Transaction<LedgerTables>) => SelectQueryBuilder<LedgerTables, 'ledger_entry', unknown>;

/** So many entries at most are named by one; it is read as a whole. */
const MAXIMUM_EXPIRED = 5_000;

const expired = (db: Transaction<LedgerTables>, beforeMs: number) =>
  db
    .selectFrom('ledger_entry')
    .where('salt', 'is not', null)
    .where('at_ms', '<', beforeMs)
    .where('entry', 'not like', `%"event":"${UNLINKING}"%`) // a quotation mark inside a value has a backslash before it
    .orderBy('at_ms')
    .limit(MAXIMUM_EXPIRED);

async function empty(
  db: Transaction<LedgerTables>,
  which: Which,
  facts: LedgerRecord['facts'],
  writing: Writing,
): Promise<number> {
  // Takes the turn of the one writer, so that nothing is added in between.
  await db
    .updateTable('ledger_size')
    .set(({ eb }) => ({ size: eb('size', '+', 0) }))
    .execute();
  const rows = await which(db).select('sequence').execute();
  const sequences = rows.map(({ sequence }) => Number(sequence)).sort((a, b) => a - b);
  if (sequences.length === 0) return 0;
  await write(db, [{ subject: null, visibleFromMs: null, facts: { ...facts, event: UNLINKING, sequences } }], writing);
  for (const part of parts(sequences))
    await db.updateTable('ledger_entry').set({ salt: null, entry: null, subject: null }).where('sequence', 'in', part).execute();
  return sequences.length;
}

type Node = LedgerTables['ledger_node'];

/** The subtrees that become full with new entries. What stands to their left is among the full subtrees of the tree so far. */
async function nodesOf(
  db: Transaction<LedgerTables>,
  entries: readonly Pick<LedgerTables['ledger_entry'], 'sequence' | 'commitment'>[],
): Promise<Node[]> {
  const hashes = await edgeOf(db, entries[0]?.sequence ?? 0);
  const known = (level: number, position: number): Buffer => {
    const hash = hashes.get(keyOf({ level, index: position }));
    invariant(hash, 'the left half of a full subtree is known');
    return hash;
  };
  return entries.flatMap(({ sequence, commitment }) =>
    completedBy(sequence).map(({ level, index }) => {
      const hash =
        level === 0
          ? leafHash(sm3, Buffer.from(commitment, 'hex'))
          : nodeHash(sm3, known(level - 1, 2 * index), known(level - 1, 2 * index + 1));
      hashes.set(keyOf({ level, index }), hash);
      return { level, position: index, hash: hash.toString('hex') };
    }),
  );
}

/** The full subtrees of which a tree consists. */
const edgeOf = (db: Transaction<LedgerTables>, size: number): Promise<Map<string, Buffer>> =>
  hashesOf(db, subtreesOf({ begin: 0, end: size }));

/** Hashes of full subtrees, by {@link keyOf}. */
async function hashesOf(db: Kysely<LedgerTables>, subtrees: readonly Subtree[]): Promise<Map<string, Buffer>> {
  if (subtrees.length === 0) return new Map();
  const byLevel = [...Map.groupBy(subtrees, ({ level }) => level)];
  const rows = await db
    .selectFrom('ledger_node')
    .selectAll()
    .where(({ eb, or }) =>
      or(
        byLevel.map(([level, same]) =>
          eb('level', '=', level).and('position', 'in', [...new Set(same.map(({ index }) => index))]),
        ),
      ),
    )
    .execute();
  return new Map(
    rows.map(({ level, position, hash }) => [keyOf({ level, index: Number(position) }), Buffer.from(hash, 'hex')] as const),
  );
}

const keyOf = ({ level, index }: Subtree): string => `${level}/${index}`;

/** A statement takes so many rows at most; both databases bound the values of one. */
const MAXIMUM_ROWS = 1_000;

const parts = <Row>(rows: readonly Row[]): Row[][] =>
  Array.from({ length: Math.ceil(rows.length / MAXIMUM_ROWS) }, (_, at) =>
    rows.slice(at * MAXIMUM_ROWS, (at + 1) * MAXIMUM_ROWS),
  );
