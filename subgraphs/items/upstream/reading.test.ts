import { describe, expect, test } from '@jest/globals';
import iconv from 'iconv-lite';
import { STORY_ITEMS } from '../../../kernel/sandbox/population/stories.ts';
import { decode } from './envelope.ts';
import { guideOf } from './guide.ts';
import { guidePage } from './guidePage.ts';
import { listPage } from './list.ts';
import { allPages, type PageInfo } from './pages.ts';
import { lines, optionalLine, phones } from './publicText.ts';

const { code: CODE } = STORY_ITEMS.realEstateRegistration;

describe('a row of the list', () => {
  const ROW = {
    TASK_CODE: CODE,
    TASK_NAME: '事项',
    AREA_CODE: '441402',
    PROJECT_TYPE: '1',
    IS_ONLINE: '1',
    LIMIT_SCENE_NUM: '1',
    SERVER_TYPE: '1',
    TOWN_CODE: '',
    VILLAGE_CODE: '',
  };
  const read = (given: Record<string, unknown>, area = '441402') =>
    listPage(area, (code) => `guide of ${code}`)(
      { AUDIT_ITEMLIST: [{ ...ROW, ...given }], PAGEINFO: { CURRENTPAGEINDEX: '1', PAGESIZE: '10', TOTALNUM: '1' } },
      'CUSTOM',
    );
  const withType = (type: string) => `${CODE.slice(0, 21)}${type}${CODE.slice(23)}`;

  test.each([
    { digits: '01', type: 'LICENCE' },
    { digits: '02', type: 'PENALTY' },
    { digits: '03', type: 'COERCION' },
    { digits: '04', type: 'LEVY' },
    { digits: '05', type: 'BENEFIT' },
    { digits: '06', type: 'INSPECTION' },
    { digits: '07', type: 'CONFIRMATION' },
    { digits: '08', type: 'REWARD' },
    { digits: '09', type: 'ADJUDICATION' },
    { digits: '10', type: 'OTHER_POWER' },
    { digits: '20', type: 'PUBLIC_SERVICE' },
  ])('of type $digits is $type', ({ digits, type }) => {
    expect(read({ TASK_CODE: withType(digits) }).items).toMatchObject([{ type }]);
  });

  test.each([
    { given: { PROJECT_TYPE: '2' }, item: { projectType: 'PROMISED', immediate: false } },
    { given: { PROJECT_TYPE: 1 }, item: { projectType: 'IMMEDIATE', immediate: true } },
    { given: { LIMIT_SCENE_NUM: '0' }, item: { visits: 0, once: true } },
    { given: { LIMIT_SCENE_NUM: '2' }, item: { visits: 2, once: false } },
    { given: { LIMIT_SCENE_NUM: '' }, item: { visits: null, once: false } },
    { given: { IS_ONLINE: '0' }, item: { online: false } },
    { given: { IS_ONLINE: null }, item: { online: false } },
    { given: { SERVER_TYPE: '1,2' }, item: { targets: ['PERSON', 'LEGAL_PERSON'] } },
    { given: { SERVER_TYPE: '3' }, item: { targets: ['LEGAL_PERSON'] } },
    { given: { SERVER_TYPE: null }, item: { targets: [] } },
    {
      given: { TOWN_CODE: '441402004，441402006000' },
      item: { nearby: true, nearbyDivisionCodes: ['441402004000', '441402006000'], divisionCode: '441402000000' },
    },
    { given: { TASK_NAME: '\t事项\t' }, item: { name: '事项' } },
    { given: { TASK_CODE: `${CODE}01` }, item: { code: `${CODE}01`, departmentCode: 'X00001038' } },
  ])('says $item of $given', ({ given, item }) => {
    expect(read(given).items).toMatchObject([item]);
  });

  test.each([
    { what: 'an old code of 26 digits', given: { TASK_CODE: '44140200001234567890441402' } },
    { what: 'a wrong check character', given: { TASK_CODE: CODE.replace(/^1/, '2') } },
    { what: 'a type that is not in the table', given: { TASK_CODE: withType('33') } },
    { what: 'an unknown project type', given: { PROJECT_TYPE: '7' } },
    { what: 'no name', given: { TASK_NAME: null } },
  ])('is left out with $what, and counted', ({ given }) => {
    expect(read(given)).toMatchObject({ items: [], rows: 1, total: 1 });
    expect(read({}).items).toHaveLength(1);
  });

  test('of another area is not what was asked for', () => {
    expect(() => read({ AREA_CODE: '441403' })).toThrow(expect.objectContaining({ code: 'UPSTREAM_MISMATCH' }));
    expect(() => read({}, '441403')).toThrow(expect.objectContaining({ code: 'UPSTREAM_MISMATCH' }));
  });

  test('does not come on a bad page, which is null', () => {
    expect(() => listPage('441402', String)(null, 'CUSTOM')).toThrow(expect.objectContaining({ code: 'UPSTREAM_INVALID' }));
  });
});

describe('a list of several pages', () => {
  const page = (number: number, rows: number, total = 25): PageInfo & { rows: number } => ({
    page: number,
    pageSize: 10,
    total,
    rows,
  });

  test('is read to its end', async () => {
    const pages = await allPages(async (number) => page(number, number === 3 ? 5 : 10));
    expect(pages.map((one) => one.rows)).toEqual([10, 10, 5]);
    expect(await allPages(async () => page(1, 0, 0))).toHaveLength(1);
  });

  test.each([
    { when: 'the first page comes again', code: 'UPSTREAM_MISMATCH', answer: () => page(1, 10) },
    { when: 'rows are missing', code: 'UPSTREAM_INVALID', answer: (number: number) => page(number, 8) },
  ])('is refused when $when', async ({ code, answer }) => {
    await expect(allPages(async (number) => answer(number))).rejects.toMatchObject({ code, system: 'items.portal' });
  });
});

describe('a guide', () => {
  const read = (item: Record<string, unknown>, material: Record<string, unknown> = {}) =>
    guideOf(CODE)(
      {
        AUDIT_ITEM: { TASK_CODE: CODE, ...item },
        AUDIT_MATERIAL: [{ ROWGUID: 'a1', MATERIAL_NAME: '材料', EXAMPLE_GUID: [], FORM_GUID: [], ...material }],
      },
      'detail',
    );

  test.each([
    { item: { PROMISE_TYPE: '1' }, guide: { promiseDaysUnit: 'WORKING_DAY' } },
    { item: { PROMISE_TYPE: '2' }, guide: { promiseDaysUnit: 'CALENDAR_DAY' } },
    { item: { ANTICIPATE_TYPE: 'Z' }, guide: { legalDaysUnit: null } },
    { item: { HANDLE_TYPE: '1,2,3,9' }, guide: { channels: ['WINDOW', 'ONLINE', 'COURIER'] } },
    { item: { RESULT_TYPE: '出证办结' }, guide: { resultKind: 'CERTIFICATE' } },
    { item: { RESULT_TYPE: '出文办结' }, guide: { resultKind: 'DOCUMENT' } },
    { item: { RESULT_TYPE: '审批办结' }, guide: { resultKind: 'APPROVAL' } },
    { item: { ACCEPT_CONDITION: '无' }, guide: { conditions: null } },
    {
      item: { TRANSACT_ADDR: '大厅：一楼\n\n二楼窗口' },
      guide: {
        halls: [
          { name: '大厅', address: '一楼' },
          { name: null, address: '二楼窗口' },
        ],
      },
    },
    { item: { ONLINE_HANDLE_URL: 'javascript:alert(1)' }, guide: { onlineUrl: null } },
    { item: {}, guide: { legalDays: null, promiseDays: null, channels: [], halls: [], fees: [], bookable: false } },
  ])('says $guide of $item', ({ item, guide }) => {
    expect(read(item)).toMatchObject(guide);
  });

  test.each([
    { material: { IS_NEED: '1' }, read: { required: true, deferrable: false } },
    { material: { IS_NEED: '2' }, read: { required: false, deferrable: false } },
    { material: { IS_NEED: '3' }, read: { required: true, deferrable: true } },
    { material: { MATERIAL_FORMAT: '1' }, read: { format: 'PAPER' } },
    { material: { MATERIAL_FORMAT: '2' }, read: { format: 'ELECTRONIC' } },
    { material: { MATERIAL_FORMAT: '3' }, read: { format: 'PAPER_OR_ELECTRONIC' } },
    { material: { SOURCE_TYPE: '10' }, read: { source: 'APPLICANT' } },
    { material: { SOURCE_TYPE: '20' }, read: { source: 'GOVERNMENT' } },
    { material: { SOURCE_TYPE: '99' }, read: { source: 'OTHER' } },
    { material: { SOURCE_TYPE: '77' }, read: { source: null } },
    { material: { DZZZ_CATALOG_CODE: '110001001' }, read: { licenceTypeCode: '110001001' } },
    { material: { CERT_CODE: '110000101X00001038441402' }, read: { licenceTypeCode: '110000101' } },
    { material: { CERT_CODE: '110000199' }, read: { licenceTypeCode: null } },
    {
      material: { FORM_GUID: [{ ATTACHNAME: '表', FILEPATH: '//static.gdzwfw.gov.cn/guide/files/a' }] },
      read: { formUrl: 'https://static.gdzwfw.gov.cn/guide/files/a', exampleUrl: null },
    },
    { material: { MATERIAL_NAME: '申请表\t' }, read: { id: `${CODE}.a1`, name: '申请表' } },
  ])('says $read of the material $material', ({ material, read: expected }) => {
    expect(read({}, material)?.materials).toMatchObject([expected]);
  });

  test('is absent only when the portal says so', () => {
    expect(guideOf(CODE)({ AUDIT_ITEM: null }, 'detail')).toBeNull();
    expect(() => guideOf(CODE)({}, 'detail')).toThrow(expect.objectContaining({ code: 'UPSTREAM_INVALID' }));
  });

  test('of another item is not what was asked for', () => {
    expect(() => read({ TASK_CODE: STORY_ITEMS.marriageRegistration.code })).toThrow(
      expect.objectContaining({ code: 'UPSTREAM_MISMATCH' }),
    );
  });
});

describe('the old page', () => {
  const page = (cells: string) =>
    guidePage(CODE)({ html: `<table><tr><th>业务办理项编码</th><td> ${CODE} </td>${cells}</tr></table>` }, 'guide');
  const limit = (written: string) =>
    page(`<th>承诺办结时限</th>\n<td>\n<p class="matters-truncate">\r\n\t&nbsp;${written}</p></td>`);

  test.each([
    { written: '5（个工作日）', promiseDays: 5, promiseDaysUnit: 'WORKING_DAY' },
    { written: '30（自然日）', promiseDays: 30, promiseDaysUnit: 'CALENDAR_DAY' },
    { written: '即时办结', promiseDays: 0, promiseDaysUnit: null },
    { written: '无', promiseDays: null, promiseDaysUnit: null },
  ])('writes the promise as $written', ({ written, ...read }) => {
    expect(limit(written)).toMatchObject(read);
  });

  test('without the code of the item is no guide', () => {
    expect(() => guidePage(CODE)({ html: '<html></html>' }, 'guide')).toThrow(
      expect.objectContaining({ code: 'UPSTREAM_INVALID' }),
    );
    expect(page('')).toMatchObject({ halls: [], fees: [], materials: null });
  });
});

describe('a published text', () => {
  test.each([
    { raw: ' a\u00a0\t b\r\n', read: 'a b' },
    { raw: '请致电19900001234咨询', read: '请致电199****1234咨询' },
    { raw: '编号4414021990000123456', read: '编号4414021990000123456' },
    { raw: '无', read: null },
    { raw: '/', read: null },
    { raw: null, read: null },
  ])('$raw is read as $read', ({ raw, read }) => {
    expect(optionalLine(raw, 'text')).toBe(read);
  });

  test('in lines keeps those that say something', () => {
    expect(lines('一\n\n 无 \n二', 'text')).toEqual(['一', '二']);
    expect(phones('0753-0123456、19900001234；12345', 'text')).toEqual(['0753-0123456', '199****1234', '12345']);
  });
});

describe('an answer in undeclared bytes', () => {
  const reply = (body: unknown) => ({
    status: 200,
    headers: { 'content-type': 'application/json; charset=utf-8' },
    body: iconv.encode(JSON.stringify(body), 'gbk'),
  });

  test('is guessed for the navigation alone', () => {
    expect(decode(reply({ hall: [{ ORGNAME: '江南街道' }] }))).toEqual({ hall: [{ ORGNAME: '江南街道' }] });
    expect(() => decode(reply({ AUDIT_ITEM: { TASK_NAME: '事项' } }))).toThrow(
      expect.objectContaining({ code: 'UPSTREAM_INVALID' }),
    );
  });
});
