import { expect, test } from '@jest/globals';
import { print, type DocumentNode } from 'graphql';
import * as generated from '../../clients/generated/graphql.ts';
import { operationRegistry } from './operationRegistry.ts';
import { registeredOperations } from './registeredOperations.ts';

test('every document of the typed client is registered as the client sends it, and no other', () => {
  const operations = registeredOperations();
  const registry = operationRegistry(operations.map(({ text }) => text));
  const documents: DocumentNode[] = Object.entries(generated).flatMap(([name, document]) =>
    name.endsWith('Document') && !name.endsWith('FragmentDoc') ? [document as DocumentNode] : [],
  );
  expect(documents).toHaveLength(operations.length);
  for (const document of documents) {
    expect(registry.has(print(document))).toBe(true);
    expect(registry.has(`${print(document)} `)).toBe(false);
  }
});

test.each([
  { body: null },
  { body: 'text' },
  { body: [] },
  { body: {} },
  { body: { query: '{ a }', extensions: { persistedQuery: { sha256Hash: 'x' } } } },
  { body: { extensions: { persistedQuery: { sha256Hash: 1 } } } },
])('a body that names nothing stays as it is: $body', ({ body }) => {
  expect(operationRegistry([]).withText(body)).toBe(body);
});
