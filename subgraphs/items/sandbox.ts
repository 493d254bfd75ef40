import iconv from 'iconv-lite';
import { jsonReply } from '../../kernel/sandbox/gateway.ts';
import type { Sandbox, SandboxHandler, SandboxKit, SandboxReply, SandboxRequest } from '../../kernel/sandbox/system.ts';
import { districtItems } from './sandbox/catalogue.ts';
import { auditItemOf, feesOf } from './sandbox/guide.ts';
import { guidePageOf } from './sandbox/guidePage.ts';
import { materialsOf } from './sandbox/materials.ts';
import { progressQuery } from './sandbox/progress.ts';
import { dutiesOf, pageOf, rowsOf, type Row } from './sandbox/rows.ts';
import { TOWNS } from './sandbox/towns.ts';

/** The most that a page of the new list holds; the old lists were only ever seen with ten. */
const NEW_PAGE_SIZE = 500;
const OLD_PAGE_SIZE = 10;

/** The portal 广东政务服务网 as far as one district is concerned: both generations of its paths, without any key. */
export const sandbox: Sandbox = (kit) => [
  {
    name: 'items.portal',
    addresses: { main: portal(kit) },
    credentials: { area: '441402', generation: 'new' },
    failure: () => jsonReply({ code: '500', msg: '系统繁忙，请稍后再试', data: null }), // [modelled: no error answer is published]
  },
];

function portal({ profile }: SandboxKit): SandboxHandler {
  const items = districtItems();
  const rows = items.flatMap((item) => rowsOf(item, profile));
  const duties = dutiesOf(items);
  const byCode = new Map(
    items.flatMap((item) => [item, ...item.businessItems].map(({ code, name }) => [code, { item, published: { code, name } }])),
  );
  const published = [...byCode.keys()];
  /** The guide of a code; under the fault `other-person` that of its neighbour. */
  const find = (code: string, otherPerson: boolean) =>
    byCode.get(otherPerson ? (published[(published.indexOf(code) + 1) % published.length] ?? '') : code);
  const realLife = profile === 'real-life';
  const progress = progressQuery();

  const routes: Readonly<Record<string, SandboxHandler>> = {
    'POST /portal/api/v2/node/gdbsNav/current': () =>
      navigation({ hall: TOWNS.map(({ name, code }) => ({ ORGNAME: name, ORGAREACODE: code.slice(0, 9) })) }, realLife),
    'POST /portal/api/v2/solr/getCommonAuditItem': (request) => {
      const asked = JSON.parse(request.body) as Readonly<Record<string, unknown>>; // a sandbox may trust
      if (realLife && typeof asked['PAGENO'] !== 'string') return jsonReply({ data: null }); // the number must be a text
      const page = listPage(
        rows,
        asked,
        { page: Number(asked['PAGENO']), size: Math.min(Number(asked['PAGESIZE']), NEW_PAGE_SIZE) },
        request,
      );
      return jsonReply(page === null ? { data: null } : { CUSTOM: { AUDIT_ITEMLIST: page.rows, PAGEINFO: page.info } });
    },
    'GET /portal/api/v2/item-event/getAuditItemDetailCur': (request) => {
      const found = find(request.query['TASK_CODE'] ?? '', request.otherPerson);
      if (!found) return jsonReply({ AUDIT_ITEM: null, AUDIT_MATERIAL: [] });
      const { item, published: one } = found;
      return jsonReply({
        AUDIT_ITEM: auditItemOf(item, one, profile),
        AUDIT_MATERIAL: materialsOf(item, one.code, profile),
        AUDIT_FEE: feesOf(item),
      });
    },
    'GET /portal/api/v2/qyzx/getVerifyCode': progress.verifyCode,
    'POST /portal/api/v2/has-progress': progress.hasProgress,

    'POST /portal/custom-config/gdbsNav/getDetail': () =>
      navigation(
        {
          data: {
            data: {
              city: [{ ORGNAME: '梅州市', ORGAREACODE: '441400' }],
              country: TOWNS.map(({ name, code }) => ({ ORGNAME: name, ORGAREACODE: code.slice(0, 9) })),
              department: [...new Map(items.map(({ owner }) => [owner.code, owner])).values()].map(({ code, name }) => ({
                ORGNUMBER: code,
                ORGNAME: name,
              })),
            },
          },
        },
        realLife,
      ),
    'POST /portal/item-solr/getCommonAuditItem': (request) => {
      const asked = Object.fromEntries(new URLSearchParams(request.body));
      const page = listPage(rows, asked, { page: Number(asked['pageNum']), size: OLD_PAGE_SIZE }, request);
      return jsonReply({
        data: page && { CUSTOM: { AUDIT_ITEMLIST: page.rows, PAGEINFO: realLife ? asTexts(page.info) : page.info } },
      });
    },
    'POST /portal/item-event/getPowerandresponsibility': ({ body, otherPerson }) => {
      const asked = new URLSearchParams(body);
      const department = asked.get('DEPT_CODE');
      const own = duties.filter((duty) => (duty['DEPT_CODE'] === department) !== otherPerson);
      const page = pageOf(own, Number(asked.get('pageNum')), OLD_PAGE_SIZE);
      return jsonReply({ data: { custom: { PowerandresponsibilityList: page.rows, PAGEINFO: page.info } } });
    },
  };
  return (request) => {
    const [, guideCode] = request.method === 'GET' ? (/^\/portal\/guide\/(\w+)$/.exec(request.path) ?? []) : [];
    const found = guideCode === undefined ? undefined : find(guideCode, request.otherPerson);
    if (found) return webPage(guidePageOf(auditItemOf(found.item, found.published, profile), feesOf(found.item)));
    const route = routes[`${request.method} ${request.path}`];
    return route ? route(request) : { ...webPage('<html><body>页面不存在</body></html>'), status: 404 };
  };
}

/** One page of the item list with the filters that the portal knows; null when the page is a bad one. */
function listPage(
  rows: readonly Row[],
  asked: Readonly<Record<string, unknown>>,
  { page, size }: { page: number; size: number },
  { otherPerson }: SandboxRequest,
): ReturnType<typeof pageOf> | null {
  const matching = rows.filter(
    (row) =>
      ['TASK_TYPE', 'DEPT_CODE', 'IS_ONLINE', 'AREA_CODE'].every((name) => !asked[name] || row[name] === asked[name]) &&
      (!asked['KEY_WORD'] || row['TASK_NAME']?.includes(String(asked['KEY_WORD']))),
  );
  if (!(page >= 1 && page <= Math.ceil(matching.length / size))) return null;
  const result = pageOf(matching, page, size);
  return otherPerson ? { ...result, rows: result.rows.map((row) => ({ ...row, AREA_CODE: '441403' })) } : result;
}

const asTexts = (info: Readonly<Record<string, number>>) =>
  Object.fromEntries(Object.entries(info).map(([name, value]) => [name, String(value)]));

/** In real life the navigation declares UTF-8 and sends GBK; clients guess the encoding from the bytes. */
const navigation = (body: unknown, realLife: boolean): SandboxReply =>
  realLife ? { body: iconv.encode(JSON.stringify(body), 'gbk') } : jsonReply(body);

const webPage = (body: string): SandboxReply => ({ headers: { 'content-type': 'text/html; charset=utf-8' }, body });
