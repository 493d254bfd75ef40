import { defineSubgraph } from '../../kernel/subgraph.ts';
import { createContext } from './context.ts';
import { notify } from './inbound.ts';
import { expire, reconcile } from './jobs.ts';
import { resolvers } from './resolvers.ts';
import { migrations } from './state.ts';
import { connect } from './upstream.ts';
import { LIST_MAXIMUM } from './upstream/payment.ts';

/** The official of the sandbox; the payers are not those of his case alone. */
const ON_DUTY = {
  persona: 'official',
  purpose: {
    code: 'statutory-duty',
    itemCode: '11441402X00001038H4440731002000',
    caseNumber: '44140220240506000000000000017',
  },
};

export default defineSubgraph({
  folder: import.meta.dirname,
  title: { zh: '统一非税支付与财政电子票据', en: 'Non-tax payment and fiscal bills' },
  systems: ['payment', 'payment.bill'],
  connect,
  context: createContext,
  resolvers,
  sandbox: async (kit) => (await import('./sandbox.ts')).sandbox(kit),
  state: { migrations },
  inbound: [notify],
  jobs: [reconcile, expire],
  entities: [
    {
      type: 'PaymentNotice',
      key: 'noticeNumber',
      lookup: { system: 'payment', operation: '/ebus/ggzf/api/v1/notice/query', maximum: 1 },
      fact: 'provincial interface [modelled]: notice/query takes one payCode, as queryPayBook does [confirmed in 1 real source]',
      samples: [
        { noticeNumber: '44140224000000000017' },
        { noticeNumber: '44140224000000000025' },
        { noticeNumber: '44140224000000000033' },
        { noticeNumber: '44140224000001000004' },
      ],
      unknown: { noticeNumber: '44140224999999999999' },
      as: ON_DUTY,
    },
    {
      type: 'FiscalBill',
      key: 'id',
      lookup: { system: 'payment', operation: '/ebus/ggzf/api/v1/bill/get', maximum: LIST_MAXIMUM },
      fact: 'provincial interface [modelled]: bill/get takes up to 50 bills; the bill platform itself tells no owner',
      samples: [
        { id: '44140224-0000000004' },
        { id: '44140224-0000000008' },
        { id: '44140224-0000000012' },
        { id: '44140224-0000000016' },
      ],
      unknown: { id: '44140224-9999999999' },
      as: ON_DUTY,
    },
    {
      type: 'Payment',
      key: 'id',
      lookup: { system: 'payment', operation: '/ebus/ggzf/api/v1/pay/query', maximum: 1 },
      fact: 'our own orders need no call; one that we lost is taken up from pay/query [modelled], which takes one orderNo',
      samples: [
        { id: 'MJ000000000000000000000000000001' },
        { id: 'MJ000000000000000000000000000005' },
        { id: 'MJ000000000000000000000000000009' },
      ],
      unknown: { id: 'MJ00000000000000000000000000ffff' },
      as: ON_DUTY,
    },
    {
      type: 'Person',
      key: 'personKey',
      lookup: null,
      fact: 'the key is all that is needed: notices and payments are asked by it, field by field',
      samples: [
        { personKey: 'RESIDENT_ID:441490198811020423' },
        { personKey: 'RESIDENT_ID:441490197905230531' },
        { personKey: 'RESIDENT_ID:441490197312120716' },
      ],
    },
    {
      type: 'Organization',
      key: 'uscc',
      lookup: null,
      fact: 'the key is all that is needed: notices and payments are asked by it, field by field',
      samples: [{ uscc: '91441402X00000027X' }, { uscc: '92441402X00000035M' }, { uscc: '52441402X00000051F' }],
    },
    {
      type: 'Case',
      key: 'id',
      lookup: null,
      fact: 'the number of a case is the platform’s bizNum: notices are asked by it',
      samples: [
        { id: '44140220240506000000000000017' },
        { id: '44140220240620000000000000041' },
        { id: '44140220240611000000000000033' },
      ],
    },
  ],
  probes: [
    {
      system: 'payment',
      operation: '{ paymentNotice(number: "44140224000000000017") { noticeNumber state amount payerName } }',
      as: { persona: 'citizen-l2' },
      isPersonal: true,
    },
    {
      system: 'payment',
      operation: `query ($representations: [_Any!]!) {
        _entities(representations: $representations) { ... on Person { paymentNotices { totalCount nodes { noticeNumber state } } } }
      }`,
      variables: { representations: [{ __typename: 'Person', personKey: 'RESIDENT_ID:441490198811020423' }] },
      as: { persona: 'citizen-l2' },
      isPersonal: true,
    },
    {
      system: 'payment.bill',
      operation: '{ paymentNotice(number: "44140224000001000004") { fiscalBill { number status { state } } } }',
      as: ON_DUTY,
      isPersonal: true,
    },
  ],
});
