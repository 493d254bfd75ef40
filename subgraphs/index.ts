import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Subgraph } from '../kernel/subgraph.ts';

/** Every folder beside this file is a subgraph; a new one needs no other edit. */
export async function loadSubgraphs(): Promise<Subgraph[]> {
  const folders = readdirSync(import.meta.dirname, { withFileTypes: true }).filter((entry) => entry.isDirectory());
  const modules = await Promise.all(
    folders.map(async ({ name }) => (await import(join(import.meta.dirname, name, 'index.ts'))) as { default: Subgraph }),
  );
  return modules.map((module) => module.default).sort((a, b) => a.name.localeCompare(b.name));
}
