import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import type { Types } from '@graphql-codegen/plugin-helpers';
import * as typescript from '@graphql-codegen/typescript';
import * as resolvers from '@graphql-codegen/typescript-resolvers';
import { subgraphTypeDefs } from '../../kernel/register.ts';

/**
 * One `resolvers.generated.ts` for each folder under `subgraphs/`, made from that folder's SDL alone: the modules preset would merge all
 * SDLs and drop `__resolveReference`. A type whose parents are the adapter's own shape has that shape in `context.ts`, exported as
 * `<Type>Model`.
 */
export const preset: Types.OutputPreset = {
  buildGeneratesSection: async ({ baseOutputDir }) =>
    readdirSync(baseOutputDir, { withFileTypes: true })
      .filter((entry) => entry.isDirectory())
      .map(({ name }) => ({
        filename: join(relative(process.cwd(), baseOutputDir), name, 'resolvers.generated.ts'),
        schema: subgraphTypeDefs(join(process.cwd(), baseOutputDir, name)),
        documents: [],
        plugins: [{ typescript: {} }, { resolvers: {} }],
        pluginMap: { typescript, resolvers },
        config: {
          federation: true,
          contextType: './context.ts#Context',
          importExtension: '.ts',
          enumsAsTypes: true,
          useTypeImports: true,
          immutableTypes: true,
          makeResolverTypeCallable: true,
          mappers: mappersOf(join(process.cwd(), baseOutputDir, name)),
          scalars: { ID: 'string', DateTime: 'string', Date: 'string', Fen: 'number' },
        },
      })),
};

const mappersOf = (folder: string): Record<string, string> => {
  const file = join(folder, 'context.ts');
  const models = existsSync(file) ? readFileSync(file, 'utf8').matchAll(/\b([A-Z]\w*)Model\b/g) : [];
  return Object.fromEntries([...models].map(([model, type]) => [type, `./context.ts#${model}`]));
};
