import { gatewayFailure, SANDBOX_GATEWAY } from '../../kernel/sandbox/gateway.ts';
import type { Sandbox } from '../../kernel/sandbox/system.ts';
import { BILL_CREDENTIALS, billFailure, billPlatform } from './sandbox/bill.ts';
import { openLedger } from './sandbox/ledger.ts';
import { NOTICE_SOURCE, noticeOffice } from './sandbox/notices.ts';
import { createNotifier, NOTIFIER } from './sandbox/notifier.ts';
import { paymentPlatform } from './sandbox/payment.ts';

/** The payment platform with its two doors, and the bill platform, over the same books. */
export const sandbox: Sandbox = (kit) => {
  const ledger = openLedger(kit.clock);
  const notifier = createNotifier(kit);
  return [
    {
      name: 'payment',
      addresses: { main: paymentPlatform(kit, ledger, notifier), notices: noticeOffice(kit, ledger) },
      credentials: {
        ...SANDBOX_GATEWAY,
        source: NOTICE_SOURCE.source,
        sourceToken: NOTICE_SOURCE.token,
        notifySource: NOTIFIER.source,
        notifyToken: NOTIFIER.token,
      },
      failure: gatewayFailure,
      close: notifier.close,
    },
    {
      name: 'payment.bill',
      addresses: { main: billPlatform(kit, ledger) },
      credentials: BILL_CREDENTIALS,
      failure: billFailure,
    },
  ];
};
