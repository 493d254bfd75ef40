/** A digest of 32 bytes: SM3 for the ledger, SHA-256 for the vectors of the RFC. */
export type Digest = (data: Uint8Array) => Buffer;

/** Leaves from `begin` inclusive to `end` exclusive. */
export interface Range {
  readonly begin: number;
  readonly end: number;
}

/** A perfect subtree of 2^`level` leaves; it begins at leaf `index`·2^`level` and never changes once it is full. */
export interface Subtree {
  readonly level: number;
  readonly index: number;
}

/** The hash of a subtree that is full. */
export type HashOf = (subtree: Subtree) => Promise<Buffer>;

/** A proof: hashes from the leaf's side to the root's. */
export type Proof = readonly Buffer[];

/** @see RFC 6962 §2.1: a leaf and an inner node can never be taken for each other. */
export const leafHash = (digest: Digest, data: Uint8Array): Buffer => digest(Buffer.concat([LEAF, data]));

export const nodeHash = (digest: Digest, left: Uint8Array, right: Uint8Array): Buffer =>
  digest(Buffer.concat([NODE, left, right]));

const LEAF = Buffer.of(0x00);
const NODE = Buffer.of(0x01);

/** The hash of a tree without leaves. @see RFC 6962 §2.1 */
export const emptyRoot = (digest: Digest): Buffer => digest(Buffer.alloc(0));

/** The hash of a whole tree. */
export const rootOf = async (digest: Digest, size: number, hashOf: HashOf): Promise<Buffer> =>
  size === 0 ? emptyRoot(digest) : hashOfRange(digest, { begin: 0, end: size }, hashOf);

/**
 * The path that leads from a leaf to the root.
 *
 * @throws RangeError unless 0 ≤ index < size.
 * @see RFC 6962 §2.1.1
 */
export function inclusionProof(digest: Digest, index: number, size: number, hashOf: HashOf): Promise<Proof> {
  if (!(index >= 0 && index < size)) throw new RangeError(`A tree of ${size} leaves has no leaf ${index}.`);
  return hashesOf(digest, inclusionRanges(index, { begin: 0, end: size }), hashOf);
}

function inclusionRanges(index: number, { begin, end }: Range): Range[] {
  if (end - begin === 1) return [];
  const middle = begin + largestPowerBelow(end - begin);
  return index < middle
    ? [...inclusionRanges(index, { begin, end: middle }), { begin: middle, end }]
    : [...inclusionRanges(index, { begin: middle, end }), { begin, end: middle }];
}

/**
 * That the tree of `size` leaves begins with the one of `first` leaves.
 *
 * @throws RangeError unless 0 < first ≤ size.
 * @see RFC 6962 §2.1.2
 */
export function consistencyProof(digest: Digest, first: number, size: number, hashOf: HashOf): Promise<Proof> {
  if (!(first > 0 && first <= size)) throw new RangeError(`A tree of ${size} leaves does not grow from one of ${first}.`);
  return hashesOf(digest, consistencyRanges(first, { begin: 0, end: size }, true), hashOf);
}

/** @param isKnown Whether the verifier has the hash of the first tree as a whole. */
function consistencyRanges(first: number, { begin, end }: Range, isKnown: boolean): Range[] {
  if (first === end) return isKnown ? [] : [{ begin, end }];
  const middle = begin + largestPowerBelow(end - begin);
  return first <= middle
    ? [...consistencyRanges(first, { begin, end: middle }, isKnown), { begin: middle, end }]
    : [...consistencyRanges(first, { begin: middle, end }, false), { begin, end: middle }];
}

const hashesOf = (digest: Digest, ranges: readonly Range[], hashOf: HashOf): Promise<Proof> =>
  Promise.all(ranges.map((range) => hashOfRange(digest, range, hashOf)));

/** Full subtrees from the left, each half of the one before or less; folded from the right. */
async function hashOfRange(digest: Digest, range: Range, hashOf: HashOf): Promise<Buffer> {
  const hashes = await Promise.all(subtreesOf(range).map(hashOf));
  return hashes.reduceRight((right, left) => nodeHash(digest, left, right));
}

/** The full subtrees of which a range consists; its beginning must be one of a subtree at least as large. */
export function subtreesOf({ begin, end }: Range): Subtree[] {
  const subtrees: Subtree[] = [];
  for (let at = begin; at < end;) {
    const level = Math.floor(Math.log2(end - at));
    subtrees.push({ level, index: at / 2 ** level });
    at += 2 ** level;
  }
  return subtrees;
}

/** The subtrees that become full when a leaf is added, from the leaf up. */
export function completedBy(index: number): Subtree[] {
  const completed: Subtree[] = [{ level: 0, index }];
  for (let [level, rest] = [1, index]; rest % 2 === 1; level += 1) {
    rest = (rest - 1) / 2;
    completed.push({ level, index: rest });
  }
  return completed;
}

const largestPowerBelow = (size: number): number => 2 ** Math.floor(Math.log2(size - 1));

/** Whether a leaf stands at its place in the tree that has this root. Never throws on foreign bytes. @see RFC 9162 §2.1.3.2 */
export function provesInclusion(
  digest: Digest,
  {
    leaf,
    index,
    size,
    root,
  }: { readonly leaf: Uint8Array; readonly index: number; readonly size: number; readonly root: Uint8Array },
  proof: Proof,
): boolean {
  if (!(index >= 0 && index < size)) return false;
  let [at, last] = [index, size - 1];
  let hash: Buffer = Buffer.from(leaf);
  for (const other of proof) {
    if (last === 0) return false;
    if (at % 2 === 1 || at === last) {
      hash = nodeHash(digest, other, hash);
      while (at % 2 === 0 && at !== 0) [at, last] = [at / 2, Math.floor(last / 2)];
    } else hash = nodeHash(digest, hash, other);
    [at, last] = [Math.floor(at / 2), Math.floor(last / 2)];
  }
  return last === 0 && hash.equals(root);
}

/** Whether the tree with the second root begins with the one with the first. Never throws on foreign bytes. @see RFC 9162 §2.1.4.2 */
export function provesConsistency(
  digest: Digest,
  first: { readonly size: number; readonly root: Uint8Array },
  second: { readonly size: number; readonly root: Uint8Array },
  proof: Proof,
): boolean {
  if (!(first.size > 0 && first.size <= second.size)) return false;
  if (first.size === second.size) return proof.length === 0 && Buffer.from(first.root).equals(second.root);
  // A first tree that is full is the beginning of the path itself.
  const [begin, ...path] = Number.isInteger(Math.log2(first.size)) ? [Buffer.from(first.root), ...proof] : proof;
  if (!begin) return false;
  let [at, last] = [first.size - 1, second.size - 1];
  while (at % 2 === 1) [at, last] = [(at - 1) / 2, Math.floor(last / 2)];
  let [older, newer] = [begin, begin];
  for (const other of path) {
    if (last === 0) return false;
    if (at % 2 === 1 || at === last) {
      older = nodeHash(digest, other, older);
      newer = nodeHash(digest, other, newer);
      while (at % 2 === 0 && at !== 0) [at, last] = [at / 2, Math.floor(last / 2)];
    } else newer = nodeHash(digest, newer, other);
    [at, last] = [Math.floor(at / 2), Math.floor(last / 2)];
  }
  return last === 0 && older.equals(first.root) && newer.equals(second.root);
}
