import type { RequestContext } from '../../../kernel/context.ts';
import { field, string } from '../../../kernel/parse.ts';
import { signer } from '../../../kernel/signing/scheme.ts';
import { SIGNING } from '../../../kernel/signing/table.ts';
import { parsePersonKey } from '../../../kernel/standards/certificate.ts';
import { formatDateTime } from '../../../kernel/standards/dateTime.ts';
import { yuanFromFen } from '../../../kernel/standards/money.ts';
import type { Surroundings } from '../../../kernel/subgraph.ts';
import { bodyJson } from '../../../kernel/upstream/decode.ts';
import { outcomeFailure, payCode, toCertificate } from './notice.ts';

/** A notice to be issued. */
export interface NewNotice {
  /** Ours, 32 characters; the same number again gives the first answer [modelled]. */
  readonly requestNumber: string;
  readonly caseNumber: string;
  readonly agencyCode: string;
  readonly payer: { readonly key: string; readonly name: string };
  readonly items: readonly {
    readonly code: string;
    readonly name: string;
    readonly quantity: number;
    readonly unitAmountFen: number;
  }[];
  /** `yyyy-MM-dd` */
  readonly expiresOn: string;
  readonly notifyUrl: string;
}

/** The create-notice service of 博思, a second door of the payment platform with a dialect of its own. */
export interface NoticeOffice {
  /** The new notice's number; null when the collecting unit has no such charge. */
  create(request: RequestContext, notice: NewNotice): Promise<string | null>;
}

const DISTRICT = { code: '441402', name: '梅江区' } as const;

/**
 * Connects to the address `notices` of the system `payment`.
 *
 * @see 博思 create-notice REST, public client of Inspur iCity (Chongqing). The path, `payer`, `effectiveDate`, `notifyUrl` and
 *   the outcome `ITEM_NULL` are [modelled] on the provincial `notice/create`: without the certificate nobody could own the notice.
 */
export function connectNotices({ http, credentials, clock }: Surroundings): NoticeOffice {
  const { source = '', sourceToken = '' } = credentials('payment');
  const client = http('payment', {
    rate: { requests: 5, perMs: 1_000, fact: 'assumed: 5 orders/s per collecting unit; none is published' },
    sign: signer(SIGNING.sortedSha256, { source, token: sourceToken }),
    decode: bodyJson,
  });
  return {
    create: (request, { requestNumber, caseNumber, agencyCode, payer, items, expiresOn, notifyUrl }) => {
      const body = {
        bizID: caseNumber,
        bizPayCode: requestNumber,
        fillDate: formatDateTime(clock.now(), 'yyyy-MM-dd'),
        effectiveDate: expiresOn,
        exeAgencyCode: agencyCode,
        exeRegionCode: DISTRICT.code,
        exeRegionName: DISTRICT.name,
        payAcctName: payer.name,
        payer: { type: parsePersonKey(payer.key) ? 1 : 2, name: payer.name, ...toCertificate(payer.key) },
        totalAmount: yuanFromFen(items.reduce((total, item) => total + item.quantity * item.unitAmountFen, 0)),
        payBookItems: items.map(({ code, name, quantity, unitAmountFen }, index) => ({
          sortNo: index + 1,
          itemCode: code,
          itemName: name,
          number: quantity,
          std: yuanFromFen(unitAmountFen),
          amt: yuanFromFen(quantity * unitAmountFen),
        })),
        notifyUrl,
      };
      return client.call(
        request,
        {
          operation: 'createPayBook',
          address: 'notices',
          method: 'POST',
          path: '/createPayBook',
          headers: { 'content-type': 'application/json; charset=utf-8' },
          body: JSON.stringify(body),
          safe: false,
        },
        (answer) => {
          const outcome = field(answer, 'resultCode', string);
          if (outcome === 'ITEM_NULL') return null;
          if (outcome !== 'SUCCESS') throw outcomeFailure(outcome);
          return field(
            field(answer, 'data', (data) => data),
            'payCode',
            payCode,
          );
        },
      );
    },
  };
}
