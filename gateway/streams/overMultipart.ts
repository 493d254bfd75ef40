import type { ServerResponse } from 'node:http';
import type { ExecutionResult } from 'graphql';
import type { RequestContext } from '../../kernel/context.ts';
import type { Admitted, Answering } from '../answering.ts';
import { variantOf } from '../contracts.ts';
import { failed } from '../engine/answer.ts';
import { PLACEHOLDER, type Deferral, type DeferredPart } from '../engine/defer.ts';
import { Scope } from '../engine/scope.ts';
import { warmReply } from '../warmLane.ts';
import type { Admit } from './admission.ts';
import { noted } from './noted.ts';
import { sentOperation } from './sentOperation.ts';
import { shownResult } from './shownResult.ts';

interface MultipartOptions {
  readonly answering: Answering;
  readonly admit: Admit;
}

/** Whether a client takes answers in parts, in the only form of them that clients agree on. */
export const acceptsParts = (accept: string | undefined): boolean =>
  /multipart\/mixed\s*;[^,]*deferspec=20220824/i.test(accept ?? '');

/**
 * Answers a query with deferred fragments in parts: first what is not deferred, then each fragment as it is ready.
 *
 * @param body Parsed JSON of a POST that declares JSON.
 * @returns false when nothing is deferred, or there is something else to say: the server's pipeline answers then.
 * @see https://github.com/graphql/graphql-wg/blob/main/rfcs/DeferStream.md as of 2022-08-24; RFC 2046 §5.1
 */
export async function serveParts(
  { answering, admit }: MultipartOptions,
  body: unknown,
  request: RequestContext,
  response: ServerResponse,
): Promise<boolean> {
  const sent = sentOperation(body);
  const admitted = sent && admit(sent.query, sent.operationName, variantOf(request.caller));
  if (!admitted || !('kind' in admitted)) return false;
  const { variables } = sent;
  let deferral: Deferral | null;
  try {
    deferral = answering.deferral(admitted, variables);
  } catch (thrown) {
    const refusal = warmReply(noted(failed(thrown), request), {
      mediaType: 'application/json; charset=utf-8',
      accept: undefined,
    });
    response.writeHead(refusal.status, { 'content-type': refusal.contentType });
    response.end(refusal.body);
    return true;
  }
  if (!deferral) return false;
  const scope = new Scope();
  const answerTo = (document: Admitted['document']): Promise<ExecutionResult> =>
    answering.answer({ ...admitted, document }, variables, request, scope).then((result) => noted(result, request));
  const { data, errors } = await answerTo(deferral.initial);
  for (const path of deferral.emptied) delete objectAt(data, path)?.[PLACEHOLDER];
  // Where there is no object, nothing of it can come later.
  const parts = deferral.parts.filter(({ path }) => objectAt(data, path));
  response.writeHead(200, { 'content-type': `multipart/mixed; boundary="${BOUNDARY}"; deferSpec=20220824` });
  let left = parts.length;
  const write = (payload: object): void => {
    const json = JSON.stringify({ ...payload, hasNext: left > 0 });
    response.write(
      `\r\ncontent-type: application/json; charset=utf-8\r\n\r\n${json}\r\n--${BOUNDARY}${left > 0 ? '' : '--\r\n'}`,
    );
  };
  response.write(`\r\n--${BOUNDARY}`);
  write(shownResult({ data, errors }));
  await Promise.all(
    parts.map(async (part) => {
      const answer = await answerTo(part.document);
      left -= 1;
      write({ incremental: [incremental(part, answer)] });
    }),
  );
  response.end();
  return true;
}

const BOUNDARY = '-';

function incremental({ path, label }: DeferredPart, { data, errors }: ExecutionResult): object {
  const shown = shownResult({ data: objectAt(data, path) ?? null, errors });
  return { ...shown, path, ...(label === null ? {} : { label }) };
}

function objectAt(data: ExecutionResult['data'], path: readonly string[]): Record<string, unknown> | null {
  let object: unknown = data;
  for (const key of path) object = (object as Readonly<Record<string, unknown>> | null | undefined)?.[key];
  return (object as Record<string, unknown> | null | undefined) ?? null; // paths lead along objects only
}
