import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Subgraph } from '../kernel/subgraph.ts';

/** Every folder beside this file is a subgraph; a new one needs no other edit. */
export async function loadSubgraphs(): Promise<Subgraph[]> {
  const folders = readdirSync(import.meta.dirname, { withFileTypes: true }).filter((entry) => entry.isDirectory());
  const modules = await Promise.all(
    folders.map(async ({ name }) => {
      const manifest = join(import.meta.dirname, name, 'index.ts');
      if (!existsSync(manifest)) throw new Error(`subgraphs/${name} has no index.ts: a folder begins with its manifest.`);
      return (await import(manifest)) as { default: Subgraph };
    }),
  );
  return modules.map((module) => module.default).sort((a, b) => a.name.localeCompare(b.name));
}
