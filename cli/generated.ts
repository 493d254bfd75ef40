import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { generate, loadCodegenConfig } from '@graphql-codegen/cli';
// Loaded before the generator looks for its presets at the same time, which Node refuses for modules that are half loaded.
import '@graphql-codegen/typescript-resolvers';
import { printSchema } from 'graphql';
import { format, resolveConfig } from 'prettier';
import { contractsOf } from '../gateway/contracts.ts';
import { buildClientSchemas } from '../gateway/engine/apiSchema.ts';
import { composeFolders } from '../gateway/engine/compose.ts';
import { DEFER_DIRECTIVE_SDL } from '../gateway/engine/defer.ts';
import { createPlanner } from '../gateway/engine/planner.ts';
import { PURPOSE_DIRECTIVE_SDL } from '../gateway/purpose.ts';
import { VARIANTS } from '../kernel/register.ts';
import { loadSubgraphs } from '../subgraphs/index.ts';

/** A file that is made, not written. */
export interface GeneratedFile {
  /** Relative to the project. */
  readonly path: string;
  readonly content: string;
}

/** The supergraph, the whole schema and the contract of each variant, composed from the folders as they are. Writes nothing. */
export async function composedSchemas(): Promise<GeneratedFile[]> {
  const { supergraphSdl } = composeFolders(await loadSubgraphs());
  const { api } = buildClientSchemas(createPlanner(supergraphSdl).apiSdl, `${DEFER_DIRECTIVE_SDL}${PURPOSE_DIRECTIVE_SDL}`);
  const contracts = contractsOf(api, supergraphSdl);
  return [
    { path: 'schema/supergraph.graphql', content: `${supergraphSdl.trim()}\n` },
    { path: 'schema/api.graphql', content: `${printSchema(api)}\n` },
    ...VARIANTS.map((variant) => ({
      path: `schema/contracts/${variant}.graphql`,
      content: `${printSchema(contracts[variant])}\n`,
    })),
  ];
}

/** Resolver types of every folder and the client's typed documents; reads `schema/api.graphql` from disk. Writes nothing. */
export async function generatedTypes(): Promise<GeneratedFile[]> {
  const { config } = await loadCodegenConfig({ configFilePath: 'codegen.yml' });
  const files = await generate({ ...config, silent: true }, false);
  return Promise.all(
    files.map(async ({ filename, content }: { filename: string; content: string }) => ({
      path: filename,
      content: await format(content, { ...(await resolveConfig(filename)), parser: 'typescript' }),
    })),
  );
}

/** Puts files on disk. */
export function write(files: readonly GeneratedFile[]): void {
  for (const { path, content } of files) {
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, content);
  }
}

/** Resolver types are made on each machine and never committed; everything else is. */
export const isCommitted = ({ path }: GeneratedFile): boolean => !path.endsWith('.generated.ts');

/** Paths of generated files that are missing on disk or not what they should be. */
export const outdated = (files: readonly GeneratedFile[], folder = process.cwd()): string[] =>
  files.filter(({ path, content }) => readOrNull(join(folder, path)) !== content).map(({ path }) => path);

function readOrNull(path: string): string | null {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return null;
  }
}
