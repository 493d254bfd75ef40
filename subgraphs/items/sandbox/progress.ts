import { STORY_CASES, type CaseState } from '../../../kernel/sandbox/population/stories.ts';
import type { SandboxReply, SandboxRequest } from '../../../kernel/sandbox/system.ts';
import { guid } from './materials.ts';

/** What every picture says in the sandbox; the real one shows something else each time. */
export const CAPTCHA = 'gd24';

/** A GIF of one pixel: the sandbox's picture, since its text is known. */
const PICTURE = Buffer.from('R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7', 'base64');

const MAXIMUM_SESSIONS = 1_000;

/** The steps that the portal shows of a case that has come this far. */
const STEPS: Readonly<Record<CaseState, readonly string[]>> = {
  SUBMITTED: ['申请'],
  ACCEPTED: ['申请', '受理'],
  SUPPLEMENT_REQUESTED: ['申请', '补正告知'],
  SUSPENDED: ['申请', '受理', '特别程序'],
  DECIDED: ['申请', '受理', '审批', '办结'],
  COLLECTED: ['申请', '受理', '审批', '办结', '领取'],
};

/** The public progress query with its picture: whoever knows name and number and can read may ask. */
export function progressQuery(): {
  verifyCode(request: SandboxRequest): SandboxReply;
  hasProgress(request: SandboxRequest): SandboxReply;
} {
  const sessions = new Set<string>();
  let issued = 0;
  return {
    verifyCode: () => {
      const session = guid(`session ${(issued += 1)}`).toUpperCase();
      sessions.add(session);
      if (sessions.size > MAXIMUM_SESSIONS) sessions.delete([...sessions][0] ?? '');
      return {
        headers: { 'content-type': 'image/gif', 'set-cookie': `portal=${session}; Path=/; HttpOnly` },
        body: PICTURE,
      };
    },
    hasProgress: ({ body, headers, otherPerson }) => {
      const { sqrmc, sblsh, captcha, captcha_type: kind } = JSON.parse(body) as Readonly<Record<string, unknown>>; // a sandbox may trust
      const [, session = ''] = /portal=(\w+)/.exec(headers['cookie'] ?? '') ?? [];
      // A picture is good for one try.
      if (!sessions.delete(session) || captcha !== CAPTCHA || kind !== 'BJJD')
        return json({ code: '25034', msg: '验证码错误', data: null });
      const found = Object.values(STORY_CASES).find(({ number, applicant }) => number === sblsh && applicant.name === sqrmc);
      const number = otherPerson ? STORY_CASES.marriage.number.replace(/\d$/, '9') : found?.number;
      const steps = (found ? STEPS[found.state] : []).map((name, index) => ({
        sblsh: number,
        hjmc: name, // [modelled: the names inside a step are not published]
        blbm: found?.item.department.name,
        blsj: `${dayOf(found?.number ?? '')} ${String(9 + index).padStart(2, '0')}:00:00`,
      }));
      return json({ code: '200', msg: 'success', data: { bjjd: steps } });
    },
  };
}

const json = (body: unknown): SandboxReply => ({ body: JSON.stringify(body) });

/** The day on which a case was handed in stands in its number. */
const dayOf = (number: string): string => number.replace(/^\d{6}(\d{4})(\d{2})(\d{2}).*$/, '$1-$2-$3');
