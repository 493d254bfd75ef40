import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** One file of `schema/operations/`. */
export interface RegisteredOperation {
  /** Name of the file without its ending, and of the one operation in it. */
  readonly name: string;
  readonly text: string;
}

const FOLDER = join(import.meta.dirname, '../../schema/operations');
const ENDING = '.graphql';

/** The trusted documents, by name; read anew each time. */
export const registeredOperations = (): RegisteredOperation[] =>
  readdirSync(FOLDER)
    .filter((file) => file.endsWith(ENDING))
    .sort()
    .map((file) => ({ name: file.slice(0, -ENDING.length), text: readFileSync(join(FOLDER, file), 'utf8') }));
