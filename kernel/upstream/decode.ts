import { isServiceError, ServiceError } from '../errors.ts';
import type { Reply, Send, UpstreamCall } from './call.ts';

export interface DecodeOptions {
  /** Opens the system's envelope: the payload, or a thrown `upstreamFailure`. */
  readonly decode: (reply: Reply) => unknown;
  /** For systems that refuse with a status of 400 or above and say why in the body; null when it is not such a refusal. */
  readonly refusal?: (reply: Reply) => ServiceError | null;
}

/**
 * From bytes to the payload inside the envelope, and from there to our type.
 *
 * @throws UPSTREAM_UNAVAILABLE on 5xx, RATE_LIMITED on 429, UPSTREAM_REJECTED on other 4xx, UPSTREAM_INVALID on a redirect
 *   or on anything that cannot be decoded, unless `refusal` knows better.
 */
export const decoded =
  ({ system, decode, refusal }: DecodeOptions & { system: string }) =>
  (next: Send<UpstreamCall, Reply>): Send<UpstreamCall, unknown> =>
  (attempt) =>
    next(attempt).then((reply) => {
      if (reply.status >= 300) throw (reply.status >= 400 && refusal?.(reply)) || statusFailure(system, reply.status);
      try {
        return attempt.parse(decode(reply), attempt.call.operation);
      } catch (thrown) {
        throw withSystem(system, thrown);
      }
    });

/** A thrown value of a decoder or parser as an error that names the system. */
export function withSystem(system: string, thrown: unknown): ServiceError {
  if (isServiceError(thrown) && (thrown.system || thrown.code !== 'UPSTREAM_INVALID')) return thrown;
  const cause = isServiceError(thrown) ? thrown.cause : thrown;
  return new ServiceError('UPSTREAM_INVALID', `The system ${system} answered in a form that the graph does not understand.`, {
    system,
    cause,
  });
}

const statusFailure = (system: string, status: number): ServiceError => {
  const cause = new Error(`${system} answered with status ${status}`);
  if (status >= 500) return new ServiceError('UPSTREAM_UNAVAILABLE', `The system ${system} is out of order.`, { system, cause });
  if (status === 429) {
    return new ServiceError('RATE_LIMITED', `The system ${system} asks to come back later.`, {
      system,
      failure: 'LIMIT',
      retryAfter: 1,
      cause,
    });
  }
  if (status >= 400) {
    const auth = status === 401 || status === 403;
    return new ServiceError('UPSTREAM_REJECTED', `The system ${system} refused this request.`, {
      system,
      ...(auth ? { failure: 'AUTH' as const } : {}),
      cause,
    });
  }
  return new ServiceError('UPSTREAM_INVALID', `The system ${system} answered with a redirect, which is never followed.`, {
    system,
    cause,
  });
};

/** A body as text in a stated encoding; wrong bytes are an error, never a replacement character. A byte-order mark is dropped. */
export const bodyText = (reply: Reply, encoding: 'utf-8' | 'gb18030' = 'utf-8'): string => DECODERS[encoding].decode(reply.body);

/** Made once: to make one costs more than to read a small body. Each `decode` is on its own, also after a failed one. */
const DECODERS = {
  'utf-8': new TextDecoder('utf-8', { fatal: true, ignoreBOM: false }),
  gb18030: new TextDecoder('gb18030', { fatal: true, ignoreBOM: false }),
} as const;

/** A body as JSON in UTF-8. */
export const bodyJson = (reply: Reply): unknown => JSON.parse(bodyText(reply));
