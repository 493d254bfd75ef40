import iconv from 'iconv-lite';
import { GatewayRefusal } from '../../../kernel/sandbox/gateway.ts';
import type { SandboxReply } from '../../../kernel/sandbox/system.ts';
import { jsonObject } from '../../../kernel/signing/jsonObject.ts';
import { formatDateTime } from '../../../kernel/standards/dateTime.ts';
import { yuanFromFen } from '../../../kernel/standards/money.ts';
import { amountOf, bankSerialOf, paymentState, type Ledger } from './ledger.ts';

const READY_AFTER_MS = 30 * 3_600_000; // six in the morning of the day after

/** All payments of a day, one a line; columns are [modelled]. */
export function dayFile(ledger: Ledger, day: string): string {
  if (ledger.clock.now() < Date.parse(`${day}T00:00:00+08:00`) + READY_AFTER_MS)
    throw new GatewayRefusal(40401, '对账文件未生成');
  const paid = [...ledger.notices.values()].filter(
    (notice) => notice.paid && formatDateTime(notice.paid.atMs, 'yyyy-MM-dd') === day,
  );
  const lines = paid.map((notice) =>
    [
      notice.paid?.orderNo ?? '',
      notice.payCode,
      notice.paid?.channel,
      yuanFromFen(amountOf(notice)),
      paymentState(ledger, notice),
      formatDateTime(notice.paid?.atMs ?? 0, 'yyyyMMddHHmmss'),
      bankSerialOf(notice),
    ].join('|'),
  );
  const totalFen = paid.reduce((total, notice) => total + amountOf(notice), 0);
  return [
    '订单号|缴款识别码|渠道|金额|状态|支付时间|银行流水号',
    ...lines,
    `合计|${paid.length}|${yuanFromFen(totalFen)}`,
    '',
  ].join('\r\n');
}

/** The platform sends the file itself in GBK; only refusals come in the envelope that the gateway makes of everything. */
export function asDayFile(reply: SandboxReply): SandboxReply {
  const { errcode, data } = jsonObject(String(reply.body)) ?? {};
  if (errcode !== 0 || typeof data !== 'string') return reply;
  return { headers: { 'content-type': 'text/plain; charset=GBK' }, body: iconv.encode(data, 'gbk') };
}
