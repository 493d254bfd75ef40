import type { Surroundings } from '../../kernel/subgraph.ts';
import type { CallOrigin } from '../../kernel/upstream/call.ts';
import { absentAsNull } from '../../kernel/upstream/gateway.ts';
import { catalogueOf, type Catalogue } from './datasource.ts';
import { dutyPage, type Duty } from './upstream/duties.ts';
import { decode, refusal, SYSTEM, type Question } from './upstream/envelope.ts';
import { newPaths, oldPaths, type Area, type Generation } from './upstream/generation.ts';
import type { Guide } from './upstream/guide.ts';
import { kept, within } from './upstream/kept.ts';
import { allPages } from './upstream/pages.ts';
import { captcha, progress, type Captcha, type ProgressAnswer, type ProgressQuestion } from './upstream/progress.ts';

/** The item portal of one district. All answers but those about a case are public and kept for a day. */
export interface ItemPortal {
  /** Four calls when nothing is kept; the first caller waits as long as his deadline allows. */
  catalogue(request: CallOrigin): Promise<Catalogue>;
  /** Reads the catalogue anew, whatever is kept. */
  renewCatalogue(): Promise<void>;
  /** One call for each item; null when the portal has no guide of that code. @throws RATE_LIMITED when many wait before it. */
  guide(code: string, request: CallOrigin): Promise<Guide | null>;
  /** One call for each ten of the department's duties. */
  duties(departmentCode: string, request: CallOrigin): Promise<readonly Duty[]>;
  areas(request: CallOrigin): Promise<readonly Area[]>;
  captcha(request: CallOrigin): Promise<Captcha>;
  progress(question: ProgressQuestion, request: CallOrigin): Promise<ProgressAnswer>;
}

const GENERATIONS: Readonly<Record<string, Generation>> = { new: newPaths, old: oldPaths };

/** How long a caller waits for anything but the catalogue. */
const PATIENCE_MS = 5_000;
/** Beyond every caller's deadline: the first one may wait for the pages as long as he likes. */
const CATALOGUE_PATIENCE_MS = 60_000;
/** One call with its waiting for two turns behind all other loads. */
const CALL_MS = 20_000;
/** More than there are items, and departments. */
const MAXIMUM_KEPT = 4_000;
/** The key of what there is only one of. */
const WHOLE = 'whole';

/** @throws A sentence when the credentials name another generation than `new` or `old`, or no area of 6 digits. */
export function connectItems({ http, credentials, clock, log }: Surroundings): ItemPortal {
  const { generation, area } = settings(credentials(SYSTEM));
  const client = http(SYSTEM, {
    rate: { requests: 1, perMs: 1_000, fact: 'none is published; one request a second is polite [inferred]' },
    totalMs: CALL_MS,
    decode,
    refusal,
  });
  const ask = <Answer>({ call, parse }: Question<Answer>, request: CallOrigin): Promise<Answer> =>
    client.call(request, call, parse);
  /** On nobody's behalf: what comes back is for all. */
  const load = <Answer>(question: Question<Answer>): Promise<Answer> =>
    ask(question, { id: `${SYSTEM} kept`, log, deadline: { atMs: Infinity, signal: new AbortController().signal } });
  const live = <Answer>(question: Question<Answer>, request: CallOrigin): Promise<Answer> =>
    within(ask(question, request), { clock, patienceMs: PATIENCE_MS, request });

  const readCatalogue = async (): Promise<Catalogue> => {
    const pages = await allPages((page) => load(generation.listPage(page, area)));
    const items = pages.flatMap((page) => page.items);
    const unread = pages.reduce((sum, { rows }) => sum + rows, -items.length);
    if (unread > 0) log.warn({ event: 'catalogue', system: SYSTEM, unread });
    return catalogueOf(items, clock.now());
  };
  const catalogue = kept({ load: readCatalogue, clock, patienceMs: CATALOGUE_PATIENCE_MS, maximum: 1 });
  const guides = kept({
    load: (code) => absentAsNull(load(generation.guide(code))),
    clock,
    patienceMs: PATIENCE_MS,
    maximum: MAXIMUM_KEPT,
  });
  const duties = kept({
    load: async (code) => (await allPages((page) => load(dutyPage(code, area, page)))).flatMap((page) => page.duties),
    clock,
    patienceMs: PATIENCE_MS,
    maximum: MAXIMUM_KEPT,
  });
  const areas = kept({ load: () => load(generation.areas(area)), clock, patienceMs: PATIENCE_MS, maximum: 1 });
  return {
    catalogue: (request) => catalogue.get(WHOLE, request),
    renewCatalogue: async () => void (await catalogue.renew(WHOLE)),
    guide: (code, request) => guides.get(code, request),
    duties: (departmentCode, request) => duties.get(departmentCode, request),
    areas: (request) => areas.get(WHOLE, request),
    captcha: (request) => live(captcha, request),
    progress: (question, request) => live(progress(question), request),
  };
}

function settings({ generation = 'new', area = '' }: Readonly<Record<string, string>>): { generation: Generation; area: string } {
  const found = GENERATIONS[generation];
  if (!found) throw new Error(`The credential generation of ${SYSTEM} must be new or old; it is "${generation}".`);
  if (!/^\d{6}$/.test(area)) throw new Error(`The credential area of ${SYSTEM} must be a division of 6 digits; it is "${area}".`);
  return { generation: found, area };
}
