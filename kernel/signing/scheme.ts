/** A request as far as a signature can see it. Header names are lower case; a body that is not there is empty text. */
export interface SignableRequest {
  readonly method: string;
  /** Without the query. */
  readonly path: string;
  /** Names and values before any URL encoding. */
  readonly query: Readonly<Record<string, string>>;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** When and with which once-only text a request is signed. */
export interface SigningMoment {
  /** Milliseconds since 1970 (UTC). */
  readonly nowMs: number;
  /** Text that was never used before: 32 characters of 0–9 and a–f, the form that every system here takes. */
  readonly nonce: string;
}

/** What a verification needs to know of the world; a scheme itself remembers nothing. */
export interface VerificationMoment {
  /** Milliseconds since 1970 (UTC). */
  readonly nowMs: number;
  /** Remembers a nonce and says whether it was remembered before. Asked last, so that only genuine requests fill it. */
  readonly seenNonce: (nonce: string) => Awaitable<boolean>;
  /**
   * Runs a verification that costs much when it is the sender's turn; see `kernel/crypto/verifications.ts`. At once where only
   * our own side can have signed. @throws RATE_LIMITED
   */
  readonly inTurn?: (isRight: () => boolean) => Promise<boolean>;
}

/** What is known of a caller: by the id or token that the request names; `null` when nobody has it. */
export type CredentialsOf<Credentials> = (caller: string) => Awaitable<Credentials | null>;

/**
 * Why a request is refused. `MISSING`: a part of the signature is absent or not in its form. `SKEW`: its time is too far
 * from ours. `REPLAY`: its nonce was used before. `MISMATCH`: the signature is not the one that belongs to the request.
 */
export type Refusal = 'MISSING' | 'UNKNOWN_CALLER' | 'SKEW' | 'REPLAY' | 'MISMATCH';

/** A genuine request with its caller's credentials; `request` is what the signature vouches for, already decoded. */
export type Verification<Credentials> =
  | { readonly ok: true; readonly credentials: Credentials; readonly request: SignableRequest }
  | { readonly ok: false; readonly reason: Refusal };

/** One way to sign requests: adapters sign with it, simulated systems and inbound calls are verified with it. */
export interface SigningScheme<Signer, Verifier = Signer> {
  /** Its key in the table. */
  readonly name: string;
  readonly sign: (unsigned: SignableRequest, credentials: Signer, moment: SigningMoment) => SignableRequest;
  readonly verify: <Known extends Verifier>(
    received: SignableRequest,
    credentialsOf: CredentialsOf<Known>,
    moment: VerificationMoment,
  ) => Promise<Verification<Known>>;
}

/** A verification that failed. */
export const refused = (reason: Refusal): { readonly ok: false; readonly reason: Refusal } => ({ ok: false, reason });

/** A request that may leave out what it has nothing to say about. */
type UnsignedCall = Pick<SignableRequest, 'method' | 'path'> & Partial<SignableRequest>;

/** A scheme bound to its credentials, in the form that the upstream client wants. Other fields of a call stay as they are. */
export const signer =
  <Signer>(scheme: Pick<SigningScheme<Signer, never>, 'sign'>, credentials: Signer) =>
  <Call extends UnsignedCall>(call: Call, moment: SigningMoment): Call => {
    const { method, path, query = NOTHING, headers = NOTHING, body = '' } = call;
    const signed = scheme.sign({ method, path, query, headers, body }, credentials, moment);
    // A call without a body stays one: an empty text would give a GET a body.
    return { ...call, ...signed, body: signed.body === '' ? call.body : signed.body };
  };

const NOTHING = {};

type Awaitable<Value> = Value | Promise<Value>;
