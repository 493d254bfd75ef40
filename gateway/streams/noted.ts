import type { ExecutionResult } from 'graphql';
import type { RequestContext } from '../../kernel/context.ts';
import { noteErrors } from '../formatError.ts';

/** A result whose unforeseen errors are in the log, under the id of the request; streams do not pass the server's pipeline, which does the same. */
export function noted(result: ExecutionResult, request: RequestContext): ExecutionResult {
  if (result.errors) noteErrors(result.errors, request);
  return result;
}
