import { createHash } from 'node:crypto';
import { describe, expect, test } from '@jest/globals';
import { sm3 } from '../crypto/sm3.ts';
import {
  completedBy,
  consistencyProof,
  emptyRoot,
  inclusionProof,
  leafHash,
  nodeHash,
  provesConsistency,
  provesInclusion,
  rootOf,
  type Digest,
  type HashOf,
} from './merkle.ts';

const sha256: Digest = (data) => createHash('sha256').update(data).digest();

/** A tree in memory that keeps its full subtrees, as the ledger keeps them in its tables. */
function treeOf(digest: Digest, entries: readonly Uint8Array[]) {
  const hashes = new Map<string, Buffer>();
  const known = (level: number, index: number): Buffer => {
    const hash = hashes.get(`${level}/${index}`);
    if (!hash) throw new Error(`The subtree ${index} of level ${level} is not full`);
    return hash;
  };
  entries.forEach((entry, at) => {
    for (const { level, index } of completedBy(at))
      hashes.set(
        `${level}/${index}`,
        level === 0 ? leafHash(digest, entry) : nodeHash(digest, known(level - 1, 2 * index), known(level - 1, 2 * index + 1)),
      );
  });
  const hashOf: HashOf = async ({ level, index }) => known(level, index);
  return { leaf: (index: number) => known(0, index), hashOf };
}

/** As RFC 6962 §2.1 defines it, word by word. */
function definition(digest: Digest, entries: readonly Uint8Array[]): Buffer {
  const [first, ...others] = entries;
  if (!first) return digest(Buffer.alloc(0));
  if (others.length === 0) return leafHash(digest, first);
  let k = 1;
  while (2 * k < entries.length) k *= 2;
  return nodeHash(digest, definition(digest, entries.slice(0, k)), definition(digest, entries.slice(k)));
}

describe('with SHA-256', () => {
  // The leaves and roots with which the implementations of Certificate Transparency are tested.
  const LEAVES = ['', '00', '10', '2021', '3031', '40414243', '5051525354555657', '606162636465666768696a6b6c6d6e6f'];
  const ROOTS = [
    'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855',
    '6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d',
    'fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125',
    'aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77',
    'd37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7',
    '4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4',
    '76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef',
    'ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c',
    '5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328',
  ];
  const tree = treeOf(
    sha256,
    LEAVES.map((hex) => Buffer.from(hex, 'hex')),
  );

  test.each(ROOTS.map((root, size) => ({ root, size })))(
    'a tree of $size leaves has the published root',
    async ({ root, size }) => {
      expect((await rootOf(sha256, size, tree.hashOf)).toString('hex')).toBe(root);
    },
  );

  test.each([
    { index: 0, size: 1, proof: [] },
    {
      index: 0,
      size: 8,
      proof: [
        '96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7',
        '5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e',
        '6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4',
      ],
    },
    {
      index: 5,
      size: 8,
      proof: [
        'bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b',
        'ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0',
        'd37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7',
      ],
    },
  ])('the path of leaf $index in a tree of $size leaves is the published one', async ({ index, size, proof }) => {
    const path = await inclusionProof(sha256, index, size, tree.hashOf);
    expect(path.map((hash) => hash.toString('hex'))).toEqual(proof);
  });
});

describe('with SM3', () => {
  const LARGEST = 40;
  const entries = Array.from({ length: LARGEST }, (_, index) => Buffer.from(`entry ${index}`));
  const tree = treeOf(sm3, entries);
  const rootAt = (size: number): Promise<Buffer> => rootOf(sm3, size, tree.hashOf);

  test('the root is what the RFC defines, for every size', async () => {
    for (let size = 0; size <= LARGEST; size += 1) expect(await rootAt(size)).toEqual(definition(sm3, entries.slice(0, size)));
    expect(await rootAt(0)).toEqual(emptyRoot(sm3));
  });

  test('every leaf of every tree is proven, and nothing else is', async () => {
    for (let size = 1; size <= LARGEST; size += 1) {
      const root = await rootAt(size);
      for (let index = 0; index < size; index += 1) {
        const leaf = tree.leaf(index);
        const proof = await inclusionProof(sm3, index, size, tree.hashOf);
        expect(provesInclusion(sm3, { leaf, index, size, root }, proof)).toBe(true);
        const others = [
          { leaf: tree.leaf((index + 1) % LARGEST), index, size, root },
          { leaf, index: index + 1, size, root },
          { leaf, index: index - 1, size, root },
          { leaf, index, size, root: leafHash(sm3, root) },
        ];
        for (const other of others) expect(provesInclusion(sm3, other, proof)).toBe(false);
        expect(provesInclusion(sm3, { leaf, index, size, root }, [...proof, root])).toBe(false);
        if (proof.length > 0) expect(provesInclusion(sm3, { leaf, index, size, root }, proof.slice(1))).toBe(false);
      }
    }
  });

  test('every tree is proven to grow from every smaller one, and from nothing else', async () => {
    for (let size = 1; size <= LARGEST; size += 1) {
      for (let first = 1; first <= size; first += 1) {
        const [older, newer] = [
          { size: first, root: await rootAt(first) },
          { size, root: await rootAt(size) },
        ];
        const proof = await consistencyProof(sm3, first, size, tree.hashOf);
        expect(provesConsistency(sm3, older, newer, proof)).toBe(true);
        const forged = leafHash(sm3, older.root);
        expect(provesConsistency(sm3, { size: first, root: forged }, newer, proof)).toBe(false);
        expect(provesConsistency(sm3, older, { size, root: forged }, proof)).toBe(false);
        expect(provesConsistency(sm3, older, newer, [...proof, forged])).toBe(false);
        if (proof.length > 0) expect(provesConsistency(sm3, older, newer, proof.slice(0, -1))).toBe(false);
      }
    }
  });

  test('what is no place of a tree is refused', () => {
    expect(() => inclusionProof(sm3, 3, 3, tree.hashOf)).toThrow(RangeError);
    expect(() => inclusionProof(sm3, -1, 3, tree.hashOf)).toThrow(RangeError);
    expect(() => consistencyProof(sm3, 0, 3, tree.hashOf)).toThrow(RangeError);
    expect(() => consistencyProof(sm3, 4, 3, tree.hashOf)).toThrow(RangeError);
  });
});
