import { readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { concatAST, parse, Source, type DocumentNode } from 'graphql';

const ROOT = join(import.meta.dirname, '..');

/** The categories of data; every label names one. */
export const CATEGORIES = [
  'public', //       anybody may know it
  'technical', //    cursors, ids without meaning, states of the graph itself
  'organisation', // facts of a legal person
  'official', //     staff and departments in office
  'identity', //     who a person is
  'contact', //      how to reach a person
  'location', //     where a person is or lives
  'licence', //      what a person holds
  'case', //         what a person applied for
  'financial', //    what a person pays
  'signature', //    what a person signs
  'credential', //   what proves an identity
  'access', //       who looked at what is held of a person
] as const;

export type Category = (typeof CATEGORIES)[number];

/** How a value is shown to those who may not see it whole; see `kernel/standards/masking.ts`. */
export const MASKS = ['name', 'identity-number', 'phone', 'address', 'number', 'hidden'] as const;

export type Mask = (typeof MASKS)[number];

/** Tags of the contract variants, from open to closed. */
export const VARIANTS = ['public', 'department', 'internal'] as const;

/** A view on the graph: what citizens' front ends, department applications, or the administration's own pages see. */
export type Variant = (typeof VARIANTS)[number];

/**
 * The SDL of a subgraph as composition, code generation and execution see it: the register's definitions joined to the
 * folder's `schema.graphql`.
 *
 * @param folder Absolute path of the subgraph's folder.
 * @throws GraphQLError that names file and line when the SDL cannot be parsed.
 */
export const subgraphTypeDefs = (folder: string): DocumentNode =>
  // Each folder has its own copy of the register: generators write into the documents that they are given.
  concatAST([parseFile(join(import.meta.dirname, 'register.graphql')), parseFile(join(folder, 'schema.graphql'))]);

function parseFile(path: string): DocumentNode {
  const source = new Source(readFileSync(path, 'utf8'), relative(ROOT, path));
  try {
    return parse(source);
  } catch (thrown) {
    // The text of the error shows the place; its message alone would not.
    throw new Error(String(thrown), { cause: thrown });
  }
}
