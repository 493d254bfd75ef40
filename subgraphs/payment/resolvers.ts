import { batchReference, batchResolver, type Batched, type BatchResolver } from '../../kernel/batched.ts';
import { connectionOf, pageSize, positionOf, type Connection, type PageArguments } from '../../kernel/connection.ts';
import { maskName } from '../../kernel/standards/masking.ts';
import type { Context } from './context.ts';
import { subjectKeysOf } from './datasource/access.ts';
import { createPayment } from './datasource/createPayment.ts';
import { issueFiscalBill } from './datasource/issueFiscalBill.ts';
import { issuePaymentNotice } from './datasource/issuePaymentNotice.ts';
import type { SeenNotice } from './datasource/notices.ts';
import { movesOf, orderNow, seenMove } from './datasource/orders.ts';
import { refundPayment } from './datasource/refundPayment.ts';
import type { Resolvers } from './resolvers.generated.ts';
import type { Order } from './state/order.ts';
import type { Bill } from './upstream/filedBill.ts';
import type { NoticeState } from './upstream/notice.ts';

const notices = ({ notices }: Context) => notices;
const noticesOfPayer = ({ noticesOfPayer }: Context) => noticesOfPayer;
const paymentsOfPayer = ({ paymentsOfPayer }: Context) => paymentsOfPayer;

type Page<Node> = Connection<Node> & { readonly subjectKeys: string[] | null };

/**
 * A field that shows a page of a list; the lists come in one batch, and wrong arguments cost no call.
 *
 * @param key What the list is asked by.
 * @param shows Which of the list an argument leaves.
 * @param subjects Whom the whole list is about; who it is asked by, unless it says otherwise.
 */
function paged<Parent, Node, Args extends PageArguments>(
  store: (context: Context) => Batched<string, readonly Node[]>,
  key: (parent: Parent) => string,
  {
    shows = () => true,
    subjects = (owner) => [owner],
  }: {
    readonly shows?: (node: Node, args: Args) => boolean;
    readonly subjects?: (key: string, list: readonly Node[]) => string[] | null;
  } = {},
): BatchResolver<Parent, Args, Context, Page<Node>> {
  const page = (parent: Parent, list: readonly Node[], args: Args): Page<Node> => ({
    ...connectionOf(
      list.filter((node) => shows(node, args)),
      args,
    ),
    subjectKeys: subjects(key(parent), list),
  });
  const checked = (args: Args): void => {
    pageSize(args.first);
    if (args.after) positionOf(args.after);
  };
  return Object.assign(
    async (parent: Parent, args: Args, context: Context) => {
      checked(args);
      return page(parent, await store(context).load(key(parent)), args);
    },
    {
      batch: async (parents: readonly Parent[], args: Args, context: Context) => {
        checked(args);
        const lists = await store(context).all(parents.map(key));
        return parents.map((parent, index) => {
          const list = lists[index] ?? [];
          return Error.isError(list) ? list : page(parent, list, args);
        });
      },
    },
  );
}

const inState = ({ state }: SeenNotice, args: PageArguments & { readonly state?: NoticeState | null }): boolean =>
  !args.state || args.state === state;

const personKey = ({ personKey }: { readonly personKey: string }): string => personKey;
const uscc = ({ uscc }: { readonly uscc: string }): string => uscc;

/** Everybody who has to pay something for a case; null when one of them is not known. */
function allPayers(_: string, list: readonly SeenNotice[]): string[] | null {
  const keys = list.map(({ payer }) => payer.key);
  const known = keys.filter((key) => key !== null);
  return known.length === keys.length ? [...new Set(known)] : null;
}

export const resolvers = {
  Query: {
    paymentNotice: (_, { number }, context) => context.notices.load(number),
    payment: (_, { id }, { upstream, request }) => orderNow(upstream, request, id),
  },
  Mutation: {
    createPayment: (_, { input }, { upstream, request }) => createPayment(upstream, request, input),
    issueFiscalBill: (_, { input }, { upstream, request }) => issueFiscalBill(upstream, request, input),
    refundPayment: (_, { input }, { upstream, request }) => refundPayment(upstream, request, input),
    issuePaymentNotice: (_, { input }, { upstream, request }) => issuePaymentNotice(upstream, request, input),
  },
  Subscription: {
    paymentChanged: {
      subscribe: (_, { id }, { upstream, request }) => movesOf(upstream, request, id),
      resolve: (order: Order, _: unknown, { request }: Context) => seenMove(request, order),
    },
  },
  Person: {
    __resolveReference: ({ personKey }) => ({ personKey }),
    paymentNotices: paged(noticesOfPayer, personKey, { shows: inState }),
    payments: paged(paymentsOfPayer, personKey),
  },
  Organization: {
    __resolveReference: ({ uscc }) => ({ uscc }),
    paymentNotices: paged(noticesOfPayer, uscc, { shows: inState }),
    payments: paged(paymentsOfPayer, uscc),
  },
  Case: {
    __resolveReference: ({ id }) => ({ id }),
    paymentNotices: paged(
      ({ noticesOfCase }) => noticesOfCase,
      ({ id }: { readonly id: string }) => id,
      { subjects: allPayers },
    ),
  },
  PaymentNotice: {
    __resolveReference: batchReference(notices, ({ noticeNumber }: { readonly noticeNumber: string }) => noticeNumber),
    subjectKeys: ({ payer }) => subjectKeysOf(payer.key),
    amount: ({ amountFen }) => amountFen,
    currency: () => 'CNY',
    agency: ({ agencyCode }) => (agencyCode === null ? null : { code: agencyCode }),
    payerName: ({ payer, seenAs }) => (seenAs === 'OWN' || payer.kind === 'ORGANISATION' ? payer.name : maskName(payer.name)),
    case: ({ caseNumber }) => (caseNumber === null ? null : { id: caseNumber }),
    fiscalBill: batchResolver(
      ({ billOfNotice }: Context) => billOfNotice,
      (notice: SeenNotice) => notice,
    ),
  },
  PaymentNoticeItem: {
    unitAmount: ({ unitAmountFen }) => unitAmountFen,
    amount: ({ amountFen }) => amountFen,
  },
  Payment: {
    __resolveReference: batchReference(
      ({ payments }: Context) => payments,
      ({ id }: { readonly id: string }) => id,
    ),
    subjectKeys: ({ payer }) => subjectKeysOf(payer),
    notice: batchResolver(notices, ({ noticeNumber }: { readonly noticeNumber: string }) => noticeNumber),
    amount: ({ amountFen }) => amountFen,
    currency: () => 'CNY',
  },
  OpenedPayment: { subjectKeys: ({ payment }) => subjectKeysOf(payment.payer) },
  FiscalBill: {
    __resolveReference: batchReference(
      ({ bills }: Context) => bills,
      ({ id }: { readonly id: string }) => id,
    ),
    subjectKeys: ({ payer }) => subjectKeysOf(payer.key),
    amount: ({ amountFen }) => amountFen,
    currency: () => 'CNY',
    status: batchResolver(
      ({ billStatus }: Context) => billStatus,
      (bill: Bill) => bill,
    ),
    pictureUrl: batchResolver(
      ({ billPicture }: Context) => billPicture,
      (bill: Bill) => bill,
    ),
    notice: batchResolver(notices, ({ noticeNumber }: { readonly noticeNumber: string }) => noticeNumber),
  },
} satisfies Resolvers;
