import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve, sep } from 'node:path';
import { describe, expect, test } from '@jest/globals';

const ROOT = join(import.meta.dirname, '..');

/** Which rooms a room may enter, beside itself. Tests and `cli` may enter all. */
const MAY_ENTER: Readonly<Record<string, readonly string[]>> = {
  kernel: [],
  subgraphs: ['kernel'],
  gateway: ['subgraphs/index.ts', 'kernel'],
  schema: ['kernel'],
  clients: [],
};

function filesUnder(folder: string): string[] {
  return readdirSync(join(ROOT, folder), { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith('.ts') && !entry.name.endsWith('.generated.ts'))
    .map((entry) => relative(ROOT, join(entry.parentPath, entry.name)))
    .filter((file) => !file.includes(`generated${sep}`));
}

/** Relative imports of a file, as paths from the root of the project. */
const importsOf = (file: string): string[] =>
  [...readFileSync(join(ROOT, file), 'utf8').matchAll(/(?:from|import)\s*\(?\s*'(\.{1,2}\/[^']+)'/g)].map(([, target]) =>
    relative(ROOT, resolve(ROOT, dirname(file), target ?? '')),
  );

const isTest = (file: string): boolean => file.endsWith('.test.ts');

describe.each(Object.entries(MAY_ENTER))('%s', (room, allowed) => {
  test('imports only what it may', () => {
    const strays = filesUnder(room)
      .filter((file) => !isTest(file))
      .flatMap((file) => importsOf(file).map((target) => ({ file, target })))
      .filter(
        ({ target }) =>
          !target.startsWith(`${room}/`) && !allowed.some((other) => target === other || target.startsWith(`${other}/`)),
      );
    expect(strays).toEqual([]);
  });
});

test('a subgraph never imports a sister', () => {
  const folderOf = (path: string): string => path.split(sep).slice(0, 2).join('/');
  const strays = filesUnder('subgraphs')
    .filter((file) => file !== 'subgraphs/index.ts')
    .flatMap((file) => importsOf(file).map((target) => ({ file, target })))
    .filter(({ file, target }) => target.startsWith('subgraphs/') && folderOf(target) !== folderOf(file));
  expect(strays).toEqual([]);
});

test('the walls are where the test thinks', () => {
  // A positive control: the gateway does import the kernel, and subgraphs are found.
  expect(filesUnder('gateway').flatMap(importsOf)).toContain('kernel/context.ts');
  expect(filesUnder('subgraphs').length).toBeGreaterThan(1);
});

test('only the configuration reads the environment', () => {
  const readers = ['kernel', 'subgraphs', 'gateway', 'schema']
    .flatMap(filesUnder)
    .filter((file) => !isTest(file) && /process\.env/.test(readFileSync(join(ROOT, file), 'utf8')));
  expect(readers).toEqual(['kernel/config.ts']);
});
