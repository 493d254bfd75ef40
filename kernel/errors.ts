/**
 * Every `extensions.code` that a client can see, with its HTTP status where the whole answer is an error.
 * Adding a code is a change of the public API.
 */
export const ERROR_CODES = {
  UNAUTHENTICATED: { http: 401, retryable: false },
  FORBIDDEN: { http: 403, retryable: false },
  PURPOSE_REQUIRED: { http: 403, retryable: false },
  PURPOSE_DENIED: { http: 403, retryable: false },
  ASSURANCE_TOO_LOW: { http: 403, retryable: false },
  BAD_USER_INPUT: { http: 400, retryable: false },
  GRAPHQL_PARSE_FAILED: { http: 400, retryable: false },
  GRAPHQL_VALIDATION_FAILED: { http: 400, retryable: false },
  OPERATION_TOO_COSTLY: { http: 400, retryable: false },
  OPERATION_UNKNOWN: { http: 400, retryable: false },
  CONFLICT: { http: 409, retryable: false },
  IDEMPOTENCY_MISMATCH: { http: 409, retryable: false },
  RATE_LIMITED: { http: 429, retryable: false },
  UPSTREAM_TIMEOUT: { http: 504, retryable: true },
  UPSTREAM_UNAVAILABLE: { http: 503, retryable: true },
  UPSTREAM_SUSPENDED: { http: 503, retryable: true },
  UPSTREAM_MAINTENANCE: { http: 503, retryable: true },
  UPSTREAM_REJECTED: { http: 502, retryable: false },
  UPSTREAM_INVALID: { http: 502, retryable: false },
  UPSTREAM_MISMATCH: { http: 502, retryable: false },
  LEDGER_UNAVAILABLE: { http: 503, retryable: true },
  INTERNAL: { http: 500, retryable: false },
} as const satisfies Record<string, { http: number; retryable: boolean }>;

export type ErrorCode = keyof typeof ERROR_CODES;

export const isErrorCode = (value: unknown): value is ErrorCode => typeof value === 'string' && Object.hasOwn(ERROR_CODES, value);

/** What an upstream's own outcome code means, before it becomes one of ours. */
export type FailureClass = 'AUTH' | 'DENIED' | 'NOT_FOUND' | 'INVALID' | 'CONFLICT' | 'LIMIT' | 'UNAVAILABLE' | 'MAINTENANCE';

interface ServiceErrorOptions {
  /** Name of the government system that is the cause, as in the catalogue (`licence`, `payment.bill`). */
  system?: string;
  /** Seconds after which a repeat makes sense; for `RATE_LIMITED`. */
  retryAfter?: number;
  /** The assurance level that is needed; for `ASSURANCE_TOO_LOW`. */
  required?: string;
  /** The upstream's outcome class; decides about a new login, never leaves the process. */
  failure?: FailureClass;
  /** The original, for the log only. */
  cause?: unknown;
}

/**
 * The only kind of error that is thrown on purpose. graphql-js copies `extensions` into the answer;
 * `cause` stays inside.
 *
 * @param message A sentence for the client's developer: never a host, a foreign message or a person's data.
 */
export class ServiceError extends Error {
  readonly code: ErrorCode;
  readonly system: string | undefined;
  readonly failure: FailureClass | undefined;
  readonly extensions: Readonly<Record<string, unknown>>;

  constructor(code: ErrorCode, message: string, { system, retryAfter, required, failure, cause }: ServiceErrorOptions = {}) {
    super(message, cause === undefined ? undefined : { cause });
    this.name = 'ServiceError';
    this.code = code;
    this.system = system;
    this.failure = failure;
    this.extensions = {
      code,
      ...(system === undefined ? {} : { system }),
      ...(retryAfter === undefined ? {} : { retryAfter }),
      ...(required === undefined ? {} : { required }),
    };
  }
}

/** Whether an unknown thrown value is ours. */
export const isServiceError = (value: unknown): value is ServiceError => value instanceof ServiceError;

/** A thrown value as a ServiceError: ours as it is, anything else as `INTERNAL` with the original as cause. */
export const toServiceError = (thrown: unknown): ServiceError =>
  isServiceError(thrown) ? thrown : new ServiceError('INTERNAL', 'The graph failed; quote the request id.', { cause: thrown });

/** Throws when a state occurs that the code excludes. */
export function invariant(condition: unknown, message: string): asserts condition {
  if (!condition) throw new Error(`Invariant broken: ${message}`);
}

const BY_FAILURE = {
  AUTH: ['UPSTREAM_REJECTED', 'refused our credential'],
  DENIED: ['UPSTREAM_REJECTED', 'refused this request'],
  NOT_FOUND: ['UPSTREAM_REJECTED', 'does not know what was asked'],
  INVALID: ['UPSTREAM_REJECTED', 'did not accept the request'],
  CONFLICT: ['CONFLICT', 'refused because of the present state'],
  LIMIT: ['RATE_LIMITED', 'asks to come back later'],
  UNAVAILABLE: ['UPSTREAM_UNAVAILABLE', 'is out of order'],
  MAINTENANCE: ['UPSTREAM_MAINTENANCE', 'is under maintenance'],
} as const satisfies Record<FailureClass, readonly [ErrorCode, string]>;

/**
 * The error for an outcome that a system reported in its envelope.
 *
 * @param upstreamCode The system's own code; kept for the log.
 * @param upstreamText The system's own text; kept for the log.
 */
export function upstreamFailure(system: string, failure: FailureClass, upstreamCode: string, upstreamText = ''): ServiceError {
  const [code, what] = BY_FAILURE[failure];
  return new ServiceError(code, `The system ${system} ${what}.`, {
    system,
    failure,
    ...(failure === 'LIMIT' ? { retryAfter: 1 } : {}),
    cause: new Error(`${system} answered ${upstreamCode}: ${upstreamText.slice(0, 200)}`),
  });
}
