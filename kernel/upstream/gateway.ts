import { isServiceError, type ServiceError, upstreamFailure, type FailureClass } from '../errors.ts';
import { field, optional, record, text } from '../parse.ts';
import { signer } from '../signing/scheme.ts';
import { SIGNING } from '../signing/table.ts';
import type { Reply, UpstreamCall } from './call.ts';
import type { ClientOptions } from './client.ts';
import { bodyJson } from './decode.ts';

/** Outcome codes of systems behind the provincial gateway; the modelled default contract. A system's own table adds to it. */
const CODES: Readonly<Record<string, FailureClass>> = {
  '400001': 'AUTH',
  '40001': 'INVALID',
  '40301': 'DENIED',
  '40401': 'NOT_FOUND',
  '40901': 'CONFLICT',
  '42901': 'LIMIT',
  '50001': 'UNAVAILABLE',
  '50301': 'MAINTENANCE',
};

/** The rate that is assumed for an application at the gateway; none is published. */
export const GATEWAY_RATE = {
  requests: 20,
  perMs: 1_000,
  fact: 'assumed: 20 requests/s per application; none is published',
} as const;

/**
 * Client options of a system behind the provincial gateway (TIF): its signature headers, its `{ errcode, errmsg, data }`
 * envelope, and its refusals of a signature with HTTP 500 and code 400001.
 *
 * @param credentials `paasid` and `token`; `prefix` is `x-rio-` on test gateways.
 * @param codes The system's own outcome codes, beside the usual ones.
 */
export function gatewayOptions(
  system: string,
  credentials: Readonly<Record<string, string>>,
  codes: Readonly<Record<string, FailureClass>> = {},
): Pick<ClientOptions, 'rate' | 'sign' | 'decode' | 'refusal'> {
  const { paasid = '', token = '', prefix } = credentials;
  const failureOf = (code: string, message: string): ServiceError =>
    upstreamFailure(system, { ...CODES, ...codes }[code] ?? 'INVALID', code, message);
  return {
    rate: GATEWAY_RATE,
    sign: signer(SIGNING[prefix === 'x-rio-' ? 'rio' : 'tif'], { paasId: paasid, token }),
    decode: (reply) => {
      const envelope = record(bodyJson(reply), 'envelope');
      const code = optional(envelope, 'errcode', text) ?? '0'; // a missing errcode means success
      if (code !== '0') throw failureOf(code, optional(envelope, 'errmsg', text) ?? '');
      return envelope['data'];
    },
    refusal: (reply) => serverFilterRefusal(reply, failureOf),
  };
}

/** The published server filter answers 500 with `{ code, msg }` instead of 401. */
function serverFilterRefusal(reply: Reply, failureOf: (code: string, message: string) => ServiceError): ServiceError | null {
  try {
    const body = bodyJson(reply);
    return failureOf(field(body, 'code', text), optional(body, 'msg', text) ?? '');
  } catch {
    return null;
  }
}

/** A JSON POST, as nearly all systems behind the gateway want it. */
export const gatewayPost = (path: string, body: unknown, { safe }: { safe: boolean }): UpstreamCall => ({
  operation: path,
  method: 'POST',
  path,
  headers: { 'content-type': 'application/json; charset=utf-8' },
  body: JSON.stringify(body),
  safe,
});

/** null instead of the failure “not found”: absence is an answer. */
export async function absentAsNull<T>(answer: Promise<T>): Promise<T | null> {
  try {
    return await answer;
  } catch (thrown) {
    if (isServiceError(thrown) && thrown.failure === 'NOT_FOUND') return null;
    throw thrown;
  }
}
