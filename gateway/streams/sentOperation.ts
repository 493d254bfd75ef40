import { clientJson } from '../clientJson.ts';

/** One operation as a client sends it. */
export interface SentOperation {
  readonly query: string;
  readonly operationName: string | undefined;
  readonly variables: Readonly<Record<string, unknown>>;
}

/** @param body Parsed JSON. @returns null when it is no operation. @see GraphQL over HTTP, "Request Parameters" */
export function sentOperation(body: unknown): SentOperation | null {
  if (!isRecord(body)) return null;
  const { query, operationName = null, variables = null }: Partial<Record<string, unknown>> = body;
  if (typeof query !== 'string' || (operationName !== null && typeof operationName !== 'string')) return null;
  if (variables !== null && !isRecord(variables)) return null;
  return { query, operationName: operationName ?? undefined, variables: variables ?? {} };
}

/** The parameters of a GET, as a body would have them. @throws BAD_USER_INPUT where variables or extensions are no JSON. */
export function requestOfSearch(search: string): Readonly<Record<string, unknown>> {
  const { variables, extensions, ...rest } = Object.fromEntries(new URLSearchParams(search));
  return {
    ...rest,
    ...(variables ? { variables: clientJson(variables) } : {}),
    ...(extensions ? { extensions: clientJson(extensions) } : {}),
  };
}

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
