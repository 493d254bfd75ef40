import type { SandboxKit, SandboxReply, SandboxRequest } from '../../../kernel/sandbox/system.ts';
import { yuanFromFen } from '../../../kernel/standards/money.ts';
import { amountOf, orderState, outcomeOf, type BookNotice, type BookOrder, type Ledger } from './ledger.ts';
import type { Notifier } from './notifier.ts';

export interface CashierPages {
  /** `/cashier/<order>` and `/counter/<notice>`: GET shows, POST or `?pay=1` pays; null for every other path. */
  serve(request: SandboxRequest): SandboxReply | null;
  /** Tells whoever wants to know that something happened to a notice. */
  announce(notice: BookNotice): void;
}

/**
 * Where payers pay: the cashier of an on-line order, and the bank counter, which needs no order and is here so that a
 * developer can see a notice change by itself.
 *
 * In real life notifications come twice, and one of the channel's earlier state arrives last.
 */
export function cashierPages(
  { profile, clock }: SandboxKit,
  ledger: Ledger,
  notifier: Notifier,
  messageOf: (notice: BookNotice, order: BookOrder | null) => object,
): CashierPages {
  const announce = (notice: BookNotice): void => {
    const order = ledger.orders.get(notice.paid?.orderNo ?? '') ?? null;
    const url = order?.notifyUrl ?? notice.notifyUrl ?? addressOf(ledger, notice);
    if (url === null) return;
    const message = messageOf(notice, order);
    notifier.tell(url, message);
    if (profile === 'strict') return;
    notifier.tell(url, message);
    notifier.tell(url, { ...message, state: 'PAYING' });
  };
  const pay = (notice: BookNotice, channel: string, orderNo: string | null): void => {
    notice.paid = { atMs: clock.now(), channel, orderNo };
    announce(notice);
  };
  const isPaying = ({ method, query }: SandboxRequest): boolean => method === 'POST' || query['pay'] === '1';

  return {
    announce,
    serve: (request) => {
      const [, place, number = ''] = /^\/(cashier|counter)\/(\w+)$/.exec(request.path) ?? [];
      if (place === undefined) return null;
      const order = place === 'cashier' ? ledger.orders.get(number) : null;
      const notice = ledger.notices.get(order?.payCode ?? number);
      if (!notice || order === undefined) return page('没有此订单或缴款书', '', 404);
      const isOpen = order ? orderState(ledger, order, notice) === 'UNPAID' : outcomeOf(ledger, notice) === 'SUCCESS';
      if (isOpen && isPaying(request)) pay(notice, order?.channel ?? 'COUNTER', order?.orderNo ?? null);
      const form = isOpen && !notice.paid ? '<form method="post"><button>缴款</button></form>' : '';
      const back = order ? `<p><a href="${order.returnUrl.replaceAll(/[<>"&]/g, encodeURIComponent)}">返回</a></p>` : '';
      const online = [...ledger.orders.values()].filter(({ payCode }) => payCode === notice.payCode);
      const links = online.map(({ orderNo }) => `<li><a href="/cashier/${orderNo}">${orderNo}</a>`).join('');
      const facts = `${notice.payCode} · ${yuanFromFen(amountOf(notice))} 元 · ${outcomeOf(ledger, notice)}`;
      return page(
        place === 'cashier' ? '统一支付平台收银台（沙箱）' : '银行柜台（沙箱）',
        `<p>${facts}</p>${form}${back}<p>在线订单 ${online.length}</p><ul>${links}</ul>`,
      );
    },
  };
}

/** A counter knows no address of its own: the platform tells whoever opened an order for the notice. */
const addressOf = (ledger: Ledger, { payCode }: BookNotice): string | null =>
  [...ledger.orders.values()].find((order) => order.payCode === payCode)?.notifyUrl ?? null;

const page = (title: string, content: string, status = 200): SandboxReply => ({
  status,
  headers: { 'content-type': 'text/html; charset=utf-8' },
  body: `<!doctype html><html lang="zh"><meta charset="utf-8"><title>${title}</title><h1>${title}</h1>${content}</html>`,
});
