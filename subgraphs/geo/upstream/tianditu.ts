import { ServiceError, upstreamFailure, type FailureClass } from '../../../kernel/errors.ts';
import { optional, record, text, unexpected } from '../../../kernel/parse.ts';
import type { Surroundings } from '../../../kernel/subgraph.ts';
import type { Reply, UpstreamCall } from '../../../kernel/upstream/call.ts';
import type { ClientOptions, UpstreamClient } from '../../../kernel/upstream/client.ts';
import { bodyText } from '../../../kernel/upstream/decode.ts';
import { dailyQuota } from './dailyQuota.ts';
import { looksLikeXml, parseXml } from './xml.ts';

const SYSTEM = 'geo.tianditu';

/** The manual's number for personal keys; an agreement of the district replaces it. */
export const CALLS_PER_DAY = 10_000;

/** 天地图, the national map's server interface: a key in the query, no signature. */
export function connectNationalMap({ http, credentials }: Pick<Surroundings, 'http' | 'credentials'>): UpstreamClient {
  return http(SYSTEM, tiandituOptions(credentials(SYSTEM)));
}

/**
 * @param credentials `tk`, a key of the type for servers. One for browsers is refused, and we do not pretend to be a browser.
 */
function tiandituOptions({ tk = '' }: Readonly<Record<string, string>>): ClientOptions {
  const spend = dailyQuota({ system: SYSTEM, calls: CALLS_PER_DAY });
  return {
    rate: {
      requests: 5,
      perMs: 1_000,
      fact: 'lbs.tianditu.gov.cn: 10,000 calls/day for a personal key, kept by dailyQuota; at once, the sixth was seen to be refused with 429',
    },
    // Each attempt passes here once, so this is also where the calls of the day are counted.
    sign: (call, { nowMs }) => {
      spend(nowMs);
      return { ...call, query: { ...call.query, tk } };
    },
    decode,
    refusal,
  };
}

/** A GET with a JSON text in one of its parameters, as nearly all operations want it. */
export const tiandituGet = (path: string, query: Readonly<Record<string, string>>): UpstreamCall => ({
  operation: path,
  method: 'GET',
  path,
  query,
  safe: true,
});

/** What went wrong, by the outcome codes of the three envelopes; codes that are not listed mean a wrong request. */
const FAILURES: Readonly<Record<string, FailureClass>> = {
  // of the key
  '301001': 'AUTH', // no such key
  '301012': 'AUTH', // a key of the wrong type
  '308011': 'AUTH', // not of a key's length
  // `status.infocode` of searches; 2001 to 2007 are kinds of wrong parameters
  '3000': 'UNAVAILABLE',
  // `status` of the other operations; 1 and 404 say no more than that it failed
  '500': 'UNAVAILABLE',
};

/** Good outcomes: done, and nothing found. Absence shows in the payload too, so both are simply passed on. */
const GOOD = new Set(['0', '200', '101', '1000', '3001']);

/** The route is XML, all else JSON, with or without a byte-order mark. An XML document of another root is a web page. */
function decode(reply: Reply): unknown {
  const body = bodyText(reply);
  if (looksLikeXml(body)) {
    const document = record(parseXml(body), 'body');
    return 'result' in document ? document : unexpected('body', 'the element result');
  }
  const answer = record(JSON.parse(body), 'body');
  const failure = failureOf(answer);
  if (failure) throw failure;
  return answer;
}

/** `{ code, msg }` of the key check, `{ status: { infocode, cndesc } }` of searches, `{ status, msg | message }` of the others. */
function failureOf(answer: Readonly<Record<string, unknown>>): ServiceError | null {
  const { status } = answer;
  const outcome = typeof status === 'object' && status !== null ? status : answer;
  const code = optional(outcome, 'infocode', text) ?? optional(outcome, 'code', text) ?? optional(outcome, 'status', text);
  if (code === null || GOOD.has(code)) return null; // several categories at once come without any outcome
  const said = optional(outcome, 'cndesc', text) ?? optional(outcome, 'msg', text) ?? optional(outcome, 'message', text);
  return upstreamFailure(SYSTEM, FAILURES[code] ?? 'INVALID', code, said ?? '');
}

/** Refusals come with 400 or 403 and a code in the body; as a web page (a firewall in front) they say nothing more. */
function refusal(reply: Reply): ServiceError | null {
  try {
    return failureOf(record(JSON.parse(bodyText(reply)), 'body'));
  } catch {
    return null;
  }
}

/** The answer is about something else than was asked. */
export const mismatch = (what: string): ServiceError =>
  new ServiceError('UPSTREAM_MISMATCH', `The system ${SYSTEM} answered about another ${what} than was asked.`, {
    system: SYSTEM,
  });
