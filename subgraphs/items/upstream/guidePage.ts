import { field, string, unexpected, type Parse } from '../../../kernel/parse.ts';
import { requireSame } from './envelope.ts';
import { hallOf, webAddress, type Fee, type Guide } from './guide.ts';
import { lines, optionalLine, phones } from './publicText.ts';

/**
 * The guide as a web page of the old portal, whose labels are the only names that its values have. It shows no materials in a
 * way that is known, and fees as text.
 *
 * @param code The code that was asked for; the page repeats it.
 */
export const guidePage =
  (code: string): Parse<Guide> =>
  (value, place) => {
    const html = field(value, 'html', string, place);
    const cell = (label: string) => plain(between(html, `<th[^>]*>\\s*${label}\\s*</th>\\s*<td[^>]*>`, '</td>'));
    const after = (heading: string) => plain(between(html, `${heading}[：:]?\\s*</(?:h2|h3|p)>\\s*<p[^>]*>`, '</p>'));
    const [place1 = '', hours = ''] = windowOf(html);
    const fees = lines(after('收费项目信息') ?? '', '收费项目信息');
    requireSame(code, cell('业务办理项编码')?.trim() ?? unexpected(place, 'a guide page'));
    return {
      legalDays: daysOf(cell('法定办结时限')),
      legalDaysUnit: unitOf(cell('法定办结时限')),
      promiseDays: daysOf(cell('承诺办结时限')),
      promiseDaysUnit: unitOf(cell('承诺办结时限')),
      channels: [
        ...(place1 === '' ? [] : (['WINDOW'] as const)),
        ...(isYes(cell('是否网办')) ? (['ONLINE'] as const) : []),
        ...(isYes(cell('是否支持物流快递')) ? (['COURIER'] as const) : []),
      ],
      visitsReason: optionalLine(cell('必须现场办理原因'), '必须现场办理原因'),
      onlineDepth: null,
      onlineUrl: null,
      bookable: webAddress(linkOf(html, '在线预约地址'), '在线预约地址') !== null,
      deliverable: isYes(cell('是否支持物流快递')),
      selfService: false,
      conditions: optionalLine(after('受理条件'), '受理条件'),
      process: optionalLine(after('办理流程'), '办理流程'),
      halls: lines(place1, '窗口办理').map(hallOf),
      hours: optionalLine(hours, '窗口办理'),
      consultationPhones: phones(after('咨询电话'), '咨询电话'),
      complaintPhones: phones(after('投诉电话'), '投诉电话'),
      legalBasis: optionalLine(after('设定依据'), '设定依据'),
      resultName: null,
      resultKind: null,
      fees: fees.filter((fee) => fee !== '不收费').map(feeOf),
      materials: null,
    };
  };

const ENTITIES: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', nbsp: ' ' };

/** What stands between two marks, the first of them a pattern. */
const between = (html: string, start: string, end: string): string | null => {
  const found = new RegExp(start).exec(html);
  if (!found) return null;
  const from = found.index + found[0].length;
  const to = html.indexOf(end, from);
  return to < 0 ? null : html.slice(from, to);
};

/** The text of a piece of the page: line breaks stay, tags go, entities become characters. */
const plain = (html: string | null): string | null =>
  html &&
  html
    .replaceAll(/<br\s*\/?>/gi, '\n')
    .replaceAll(/<[^>]*>/g, '')
    .replaceAll(/&(amp|lt|gt|quot|nbsp);/g, (_, name: string) => ENTITIES[name] ?? '');

/** 窗口办理 has four paragraphs: a label, the places, a label, the hours. */
function windowOf(html: string): string[] {
  const block = between(html, '窗口办理\\s*</h2>\\s*<div[^>]*>', '</div>') ?? '';
  const paragraphs = [...block.matchAll(/<p[^>]*>([\s\S]*?)<\/p>/g)].map(([, inner = '']) => plain(inner) ?? '');
  return [paragraphs[1] ?? '', paragraphs[3] ?? ''];
}

const linkOf = (html: string, label: string): string | null =>
  between(between(html, `<th[^>]*>\\s*${label}\\s*</th>\\s*<td[^>]*>`, '</td>') ?? '', 'href="', '"');

/** `5（个工作日）`; done at once is 0. */
const daysOf = (written: string | null): number | null => {
  if (written === null) return null;
  if (/即时|当场/.test(written)) return 0;
  const [digits] = /\d{1,4}/.exec(written) ?? [];
  return digits === undefined ? null : Number(digits);
};

const unitOf = (written: string | null): Guide['promiseDaysUnit'] =>
  written === null || !/\d/.test(written) ? null : /工作日/.test(written) ? 'WORKING_DAY' : 'CALENDAR_DAY';

const isYes = (written: string | null): boolean => written?.trim() === '是';

/** `name: standard`, or a name alone. */
const feeOf = (entry: string): Fee => {
  const [, name = entry, standard = null] = /^([^：:]+)[：:](.+)$/.exec(entry) ?? [];
  return { name, standard, reducible: false, reduction: null };
};
