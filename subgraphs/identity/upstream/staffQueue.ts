import { isServiceError, upstreamFailure, type FailureClass } from '../../../kernel/errors.ts';
import { field, isAbsent, oneOf, optional, record, string, text, unexpected, type Parse } from '../../../kernel/parse.ts';
import { personKeyOf } from '../../../kernel/standards/certificate.ts';
import { parseDateTime } from '../../../kernel/standards/dateTime.ts';
import { parseOrganisationCode } from '../../../kernel/standards/organisationCode.ts';
import { parseUscc } from '../../../kernel/standards/uscc.ts';
import type { Surroundings } from '../../../kernel/subgraph.ts';
import type { CallOrigin } from '../../../kernel/upstream/call.ts';
import { bodyJson } from '../../../kernel/upstream/decode.ts';
import { absentAsNull, gatewayOptions } from '../../../kernel/upstream/gateway.ts';
import type { DirectoryChange, DirectoryEntry } from '../state.ts';

const SYSTEM = 'identity.staff';
const PATH = '/ebus/iam/integration';

/** Outcome codes of the queue [modelled: its answers are published, its codes are not]. */
const CODES: Readonly<Record<string, FailureClass>> = {
  INVALID_KEY: 'AUTH',
  INVALID_TOKEN: 'AUTH',
  BUSY: 'CONFLICT',
  INVALID_TASK: 'NOT_FOUND',
  SYSTEM_ERROR: 'UNAVAILABLE',
};

/** A task of the queue: what changed, or null when the graph cannot make sense of it. */
export interface StaffTask {
  readonly taskId: string;
  /** What the queue is told as our identifier of the object: its own `id`, on which our upsert is keyed. */
  readonly guid: string;
  readonly change: DirectoryChange | null;
}

/** One login at the account queue; only one may live at a time. */
export interface StaffQueueSession {
  /** The oldest task that was not acknowledged; null when the queue is empty. The same task comes until it is acknowledged. */
  pull(): Promise<StaffTask | null>;
  /** @param done false tells the queue that the task could not be used. */
  finish(task: StaffTask, done: boolean): Promise<void>;
  logout(): Promise<void>;
}

/** The account queue of the province's staff accounts (IAM, behind the gateway). */
export interface StaffQueue {
  /** @throws UPSTREAM_REJECTED when system code or key are wrong. */
  login(request: CallOrigin): Promise<StaffQueueSession>;
}

type Method = 'login' | 'pullTask' | 'pullFinish' | 'logout';

export function createStaffQueue({ http, credentials, clock }: Pick<Surroundings, 'http' | 'credentials' | 'clock'>): StaffQueue {
  const gateway = gatewayOptions(SYSTEM, credentials(SYSTEM), CODES);
  const { systemCode = '', integrationKey = '' } = credentials(SYSTEM);
  const client = http(SYSTEM, {
    ...gateway,
    decode: (reply) => {
      gateway.decode(reply); // the gateway's own failures come in its envelope, the queue's in another
      return queuePayload(bodyJson(reply));
    },
  });
  // Everything travels in the query of a POST. A pull repeated gives the same task, so pulling does no harm twice.
  const call = <T>(request: CallOrigin, method: Method, fields: Readonly<Record<string, unknown>>, parse: Parse<T>): Promise<T> =>
    client.call(
      request,
      {
        operation: method,
        method: 'POST',
        path: PATH,
        query: { method, request: JSON.stringify({ systemCode, timestamp: clock.now(), ...fields }) },
        safe: method !== 'login',
      },
      parse,
    );
  return {
    login: async (request) => {
      // `force` ends a session that an interrupted run left behind; a lock keeps our own runs apart.
      const tokenId = await call(request, 'login', { integrationKey, force: true }, (payload) =>
        field(payload, 'tokenId', string),
      );
      return {
        pull: () => call(request, 'pullTask', { tokenId }, task),
        // An acknowledgement whose answer was lost is sent again; then the task is no longer known.
        finish: async ({ taskId, guid }, done) =>
          void (await absentAsNull(call(request, 'pullFinish', { tokenId, taskId, guid, success: done }, nothing))),
        logout: () => call(request, 'logout', { tokenId }, nothing),
      };
    },
  };
}

const nothing: Parse<void> = () => {};

/** `success` is true, or the text "true" in any case. */
function queuePayload(body: unknown): Readonly<Record<string, unknown>> {
  const payload = record(body, 'answer');
  if (String(payload['success']).toLowerCase() === 'true') return payload;
  const code = optional(payload, 'errorCode', text) ?? 'missing';
  throw upstreamFailure(SYSTEM, CODES[code] ?? 'INVALID', code, optional(payload, 'message', text) ?? '');
}

/** An answer without a task is an empty queue [modelled: the published client just stops]. */
const task: Parse<StaffTask | null> = (payload, place) => {
  const taskId = optional(payload, 'taskId', text, place);
  if (taskId === null) return null;
  const guid = field(payload, 'id', text, place);
  return { taskId, guid, change: understood(() => changeOf(payload, guid, place)) };
};

/** One task that makes no sense must not stop the ones behind it. */
function understood<T>(parse: () => T): T | null {
  try {
    return parse();
  } catch (thrown) {
    if (isServiceError(thrown) && thrown.code === 'UPSTREAM_INVALID') return null;
    throw thrown;
  }
}

const OBJECTS = { TARGET_ACCOUNT: 'STAFF', TARGET_ORGANIZATION: 'DEPARTMENT' } as const;
const EFFECTS = { CREATED: 'PRESENT', UPDATED: 'PRESENT', DELETED: 'GONE' } as const;

function changeOf(payload: unknown, id: string, place: string): DirectoryChange {
  const kind = field(payload, 'objectType', oneOf(OBJECTS), place);
  const gone = field(payload, 'effectOn', oneOf(EFFECTS), place) === 'GONE';
  return { kind, id, entry: gone ? null : field(payload, 'data', kind === 'STAFF' ? staff : department, place) };
}

const staff: Parse<DirectoryEntry> = (data, place) => ({
  ...ofEither(data, place),
  key: field(data, 'username', present, place),
  parent_id: optional(data, '_organization', text, place),
  active: isSet(data, 'isDisabled') || isSet(data, 'isLocked') ? 0 : 1,
  person_key: personKeyOf('RESIDENT_ID', optional(data, 'idcard', string, place) ?? ''),
  uscc: null,
  english_name: null,
});

const department: Parse<DirectoryEntry> = (data, place) => ({
  ...ofEither(data, place),
  key: field(data, 'code', organisationCode, place),
  parent_id: optional(data, '_parent', text, place),
  active: 1,
  person_key: null,
  uscc: parseUscc(optional(data, 'creditCode', string, place) ?? ''),
  english_name: optional(data, 'enName', string, place),
});

const ofEither = (data: unknown, place: string) => ({
  name: field(data, 'fullname', present, place),
  updated_at_ms: field(data, 'updateAt', timeMs, place),
});

const present: Parse<string> = (value, place) => (isAbsent(value) ? unexpected(place, 'text') : string(value, place));

const organisationCode: Parse<string> = (value, place) =>
  parseOrganisationCode(string(value, place)) ?? unexpected(place, 'an organisation code');

/** `yyyy-MM-dd HH:mm:ss.SSS` in Beijing time. */
const timeMs: Parse<number> = (value, place) => Date.parse(parseDateTime(string(value, place)) ?? unexpected(place, 'a time'));

const isSet = (data: unknown, name: string): boolean => String(record(data, 'data')[name]).toLowerCase() === 'true';
