import type { ExecutionResult } from 'graphql';
import { ERROR_CODES, isErrorCode, type ErrorCode } from '../kernel/errors.ts';
import type { Admitted, Answering } from './answering.ts';
import type { Variant } from '../kernel/register.ts';
import { formatError } from './formatError.ts';

/** A request whose operation is known already: valid, within the limits, planned and compiled. */
export interface WarmRequest {
  readonly admitted: Admitted;
  readonly variables: Readonly<Record<string, unknown>>;
  readonly mediaType: string;
  /** Header of the client. */
  readonly accept: string | undefined;
}

/** What to write back, the same as the server's pipeline would. */
export interface WarmReply {
  readonly status: number;
  readonly contentType: string;
  readonly body: Buffer;
}

/**
 * Recognises a request that needs no more than an answer. Everything unusual goes through the server's pipeline, which knows
 * what to say to it.
 *
 * @param body Parsed JSON of a POST that declares JSON.
 * @param accept Header of the client.
 */
export function warmRequest(
  body: unknown,
  accept: string | undefined,
  variant: Variant,
  answering: Answering,
): WarmRequest | null {
  const mediaType = MEDIA_TYPES.get(accept ?? ANYTHING);
  if (mediaType === undefined || typeof body !== 'object' || body === null || !('query' in body)) return null;
  const { query, variables, operationName, extensions } = body as Partial<Record<string, unknown>>;
  if (typeof query !== 'string' || (extensions ?? null) !== null) return null;
  if (typeof operationName !== 'string' && (operationName ?? null) !== null) return null;
  if (typeof variables !== 'object' && variables !== undefined) return null;
  if (Array.isArray(variables)) return null;
  const admitted = answering.known(query, (operationName as string | null | undefined) ?? undefined, variant);
  return admitted ? { admitted, variables: (variables ?? {}) as WarmRequest['variables'], mediaType, accept } : null;
}

const ANYTHING = '*/*';
const JSON_TYPE = 'application/json; charset=utf-8';
const RESPONSE_TYPE = 'application/graphql-response+json; charset=utf-8';

/** What clients accept and what they get; other headers are negotiated by the pipeline. */
const MEDIA_TYPES: ReadonlyMap<string, string> = new Map([
  [ANYTHING, JSON_TYPE],
  ['application/json', JSON_TYPE],
  ['application/json, */*', JSON_TYPE],
  ['application/graphql-response+json', RESPONSE_TYPE],
  ['application/graphql-response+json, application/json', RESPONSE_TYPE],
]);

/** An answer as it goes out. */
export function warmReply(
  { data, errors }: ExecutionResult,
  { mediaType, accept }: Pick<WarmRequest, 'mediaType' | 'accept'>,
): WarmReply {
  const shown = errors?.map((error) => formatError(error.toJSON()));
  const body = Buffer.from(JSON.stringify(shown ? { errors: shown, data } : { data }));
  return { status: statusOf(data, shown, accept), contentType: mediaType, body };
}

/**
 * When nothing but errors comes back, the status says so, as the table of codes has it; except to clients that take plain JSON
 * alone: they are told 200 for any well-formed request (GraphQL over HTTP, "application/json").
 */
export function statusOf(
  data: unknown,
  errors: ExecutionResult['errors'] | readonly { extensions?: unknown }[],
  accept: string | undefined,
): number {
  const extensions = errors?.[0]?.extensions as { readonly code?: unknown } | undefined;
  const code = extensions?.code;
  if ((data !== null && data !== undefined) || !isErrorCode(code)) return 200;
  return isWronglyAsked(code) && takesPlainJsonAlone(accept) ? 200 : ERROR_CODES[code].http;
}

const isWronglyAsked = (code: ErrorCode): boolean =>
  code === 'GRAPHQL_PARSE_FAILED' || code === 'GRAPHQL_VALIDATION_FAILED' || code === 'BAD_USER_INPUT';

/** Whether a client accepts `application/json` and nothing else; one that accepts anything says nothing about it. */
const takesPlainJsonAlone = (accept = ANYTHING): boolean =>
  accept.split(',').every((type) => type.split(';')[0]?.trim().toLowerCase() === 'application/json');
