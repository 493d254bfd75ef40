import type { AuditItem } from './guide.ts';

const text = (value: string | null | undefined): string =>
  (value ?? '无').replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('\n', '<br>');

/** The guide as the old portal shows it: a web page whose labels are the only names that its values have. */
export function guidePageOf(item: AuditItem, fees: readonly Readonly<Record<string, string>>[]): string {
  const cell = (label: string, value: string | null | undefined) =>
    `<th>${label}</th>\n<td>\n<p class="matters-truncate">\r\n\t\t&nbsp;${text(value)}\r\n\t</p>\n</td>`;
  const days = (count: string | null | undefined) => (count === '0' ? '即时办结' : `${count}（个工作日）`);
  return `<!DOCTYPE html>
<html><head><meta charset="utf-8"><title>办事指南</title></head><body>
<div class="matters-truncate title-name">${text(item['TASK_NAME'])}</div>
<table class="matters-table">
<tr>${cell('事项名称短语', item['CATANAME'])}<th>业务办理项编码</th><td>${text(item['TASK_CODE'])}</td></tr>
<tr>${cell('到办事现场次数', item['LIMIT_SCENE_NUM'])}${cell('必须现场办理原因', item['LIMIT_SCENE_EXPLAIN'] || null)}</tr>
<tr>${cell('承诺办结时限', days(item['PROMISE_DAY']))}${cell('法定办结时限', days(item['ANTICIPATE_DAY']))}</tr>
<tr>${cell('是否支持物流快递', item['IS_EXPRESS'] === '1' ? '是' : '否')}<th>是否网办</th><td>${item['IS_ONLINE'] === '1' ? '是' : '否'}</td></tr>
<tr><th>在线预约地址</th><td><p><a href="https://www.gdzwfw.gov.cn/portal/booking/${text(item['TASK_CODE'])}">在线预约</a></p></td>
<th>实施主体</th><td><a href="#">${text(item['DEPT_NAME'])}</a></td></tr>
</table>
<h3>受理条件</h3><p class="matters-truncate">${text(item['ACCEPT_CONDITION'])}</p>
<h3>窗口办理流程</h3><p class="matters-truncate">${text(item['HANDLE_FLOW'])}</p>
<div><p>咨询电话：</p><p>${text(item['LINK_WAY'])}</p><p>投诉电话：</p><p>${text(item['SUPERVISE_WAY'])}</p></div>
<h2 class="matters-subtitle">窗口办理</h2><div><p>办理地点：</p><p>${text(item['TRANSACT_ADDR'])}</p><p>办理时间：</p><p>${text(item['TRANSACT_TIME'])}</p></div>
<h2 class="matters-subtitle">收费项目信息</h2><p>${fees.length === 0 ? '不收费' : fees.map((fee) => text(`${fee['FEE_NAME']}：${fee['FEE_STAND']}`)).join('<br>')}</p>
<h2 class="matters-subtitle">设定依据</h2><p>${text(item['BY_LAW'])}</p>
</body></html>
`;
}
