import { createHash } from 'node:crypto';
import { parse, print } from 'graphql';
import { ServiceError } from '../../kernel/errors.ts';

/** The operations that were registered when the graph was built: the trusted documents of `schema/operations/`. */
export interface OperationRegistry {
  /** Whether a text is registered, to the letter. */
  has(text: string): boolean;
  /**
   * The body of a request, with the text of the operation where it only names one: `documentId` (`sha256:<hash>` or
   * `x-sm3:<hash>`), or `extensions.persistedQuery.sha256Hash` as Apollo's clients send it. Nobody registers an operation by
   * asking: a hash that comes with a text is left to the pipeline, which refuses it.
   *
   * @returns The same body where it brings its text or names nothing.
   * @throws OPERATION_UNKNOWN; BAD_USER_INPUT for a `documentId` beside a text.
   * @see GraphQL over HTTP, appendix "Persisted Documents"
   */
  withText(body: unknown): unknown;
}

/** @param texts Each as its file has it; registered as well as graphql-js prints it, which is what typed clients send. */
export function operationRegistry(texts: readonly string[]): OperationRegistry {
  const all = new Set(texts.flatMap((text) => [text, print(parse(text))]));
  const byId = new Map([...all].flatMap((text) => idsOf(text).map((id) => [id, text] as const)));
  return {
    has: (text) => all.has(text),
    withText: (body) => {
      if (!isRecord(body)) return body;
      const { query, documentId, extensions, ...rest } = body;
      const isNamed = documentId !== undefined && documentId !== null;
      if (isNamed && query) throw new ServiceError('BAD_USER_INPUT', 'Send an operation’s text or its documentId, not both.');
      const id = isNamed ? documentId : query ? null : persistedId(extensions);
      if (id === null) return body;
      const text = byId.get(String(id));
      // The sentence that makes Apollo's clients send the text.
      if (text === undefined) throw new ServiceError('OPERATION_UNKNOWN', isNamed ? UNKNOWN : 'PersistedQueryNotSupported');
      return { ...rest, query: text };
    },
  };
}

const UNKNOWN = 'No operation is registered under this documentId.';

/** Hashes of a text's UTF-8 bytes, hexadecimal. */
const idsOf = (text: string): string[] => [`sha256:${hashOf('sha256', text)}`, `x-sm3:${hashOf('sm3', text)}`];

const hashOf = (algorithm: string, text: string): string => createHash(algorithm).update(text).digest('hex');

function persistedId(extensions: unknown): string | null {
  const persisted = isRecord(extensions) ? extensions['persistedQuery'] : null;
  const hash = isRecord(persisted) ? persisted['sha256Hash'] : null;
  return typeof hash === 'string' ? `sha256:${hash}` : null;
}

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
