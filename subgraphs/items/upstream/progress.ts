import { field, list, optional, string, text, unexpected, type Parse } from '../../../kernel/parse.ts';
import { parseDateTime } from '../../../kernel/standards/dateTime.ts';
import { atMost, CAPTCHA_WRONG, json, requireSame, type Question } from './envelope.ts';
import { line, optionalLine } from './publicText.ts';

/** A picture to be read by a person, and the session that its text belongs to. */
export interface Captcha {
  readonly id: string;
  readonly mediaType: string;
  readonly imageBase64: string;
}

export interface ProgressStep {
  readonly name: string;
  readonly department: string | null;
  readonly at: string | null;
}

/** What a person says who asks how far a case is. */
export interface ProgressQuestion {
  readonly applicantName: string;
  readonly caseNumber: string;
  readonly captchaId: string;
  readonly captcha: string;
}

export type ProgressAnswer =
  | { readonly kind: 'CAPTCHA_WRONG' }
  /** No steps: the portal knows no such case under this name. */
  | { readonly kind: 'FOUND'; readonly caseNumber: string; readonly steps: ProgressStep[] };

const PURPOSE = 'BJJD'; // 办件进度
const MAXIMUM_STEPS = 100;

/** A new picture; its text is good for one try. */
export const captcha: Question<Captcha> = {
  call: {
    operation: 'qyzx/getVerifyCode',
    method: 'GET',
    path: '/portal/api/v2/qyzx/getVerifyCode',
    query: { type: PURPOSE },
    safe: true,
  },
  parse: (value, place) => ({
    id: field(value, 'cookies', sessionOf, place),
    mediaType: field(value, 'mediaType', string, place),
    imageBase64: field(value, 'base64', string, place),
  }),
};

/** How far a case is. Not to be repeated: the picture is used up. */
export const progress = ({ applicantName, caseNumber, captchaId, captcha: read }: ProgressQuestion): Question<ProgressAnswer> => {
  const { headers, body } = json({ sqrmc: applicantName, sblsh: caseNumber, captcha: read, captcha_type: PURPOSE });
  return {
    call: {
      operation: 'has-progress',
      method: 'POST',
      path: '/portal/api/v2/has-progress',
      safe: false,
      headers: { ...headers, cookie: `portal=${captchaId}` },
      ...(body === undefined ? {} : { body }),
    },
    parse: (value, place) => {
      if (field(value, 'code', text, place) === CAPTCHA_WRONG) return { kind: 'CAPTCHA_WRONG' };
      const steps = field(value, 'data', (data, where) => field(data, 'bjjd', list(stepOf(caseNumber)), where), place);
      return { kind: 'FOUND', caseNumber, steps: atMost(MAXIMUM_STEPS, steps) };
    },
  };
};

/** The session cookie, out of all that the portal sets. */
const sessionOf: Parse<string> = (value, place) =>
  /(?:^|[;,\s])portal=(\w{16,64})/.exec(string(value, place))?.[1] ?? unexpected(place, 'a session');

// The names inside a step are not published. [modelled]
const stepOf =
  (caseNumber: string): Parse<ProgressStep> =>
  (value, place) => {
    requireSame(caseNumber, optional(value, 'sblsh', text, place) ?? caseNumber);
    return {
      name: field(value, 'hjmc', line, place),
      department: field(value, 'blbm', optionalLine, place),
      at: parseDateTime(optional(value, 'blsj', text, place) ?? ''),
    };
  };
