import { ORGANISATIONS } from '../../kernel/sandbox/population/organisations.ts';
import { STORY_CASES } from '../../kernel/sandbox/population/stories.ts';
import { defineSubgraph, type Asker } from '../../kernel/subgraph.ts';
import { gatewayOptions } from '../../kernel/upstream/gateway.ts';
import { createContext, type Upstream } from './context.ts';
import { resolvers } from './resolvers.ts';
import { migrations, requestLedger } from './state.ts';
import { trustFrom } from './upstream/signatures/trust.ts';
import { MAXIMUM_SEALS, sealUpstream } from './upstream.ts';

const { company, shop, association } = ORGANISATIONS;
const { item, number } = STORY_CASES.realEstate;
// The organisations are not those of his case alone.
const OFFICIAL: Asker = { persona: 'official', purpose: { code: 'statutory-duty', itemCode: item.code, caseNumber: number } };

export default defineSubgraph({
  folder: import.meta.dirname,
  title: { zh: '电子印章与签名', en: 'Electronic seals and signatures' },
  systems: ['seal'],
  connect: ({ http, credentials, state, clock, verifications }): Upstream => {
    const known = credentials('seal');
    const client = http('seal', gatewayOptions('seal', known));
    return {
      seal: sealUpstream(client, known['prefix'] === 'x-rio-' ? 'x-rio-' : 'x-tif-'),
      ledger: requestLedger(state),
      trust: trustFrom(known),
      verifications,
      clock,
    };
  },
  context: createContext,
  resolvers,
  entities: [
    {
      type: 'Seal',
      key: 'id',
      lookup: { system: 'seal', operation: 'seal/list', maximum: MAXIMUM_SEALS },
      fact: 'modelled: sealCode takes up to 50 codes joined by commas, as the identity numbers of the licence system',
      samples: ['DZYZX00000027010001', 'DZYZX00000027020001', 'DZYZX00000035010001', 'DZYZX00001038010001'].map((id) => ({ id })),
      unknown: { id: 'DZYZX00000027019999' },
      as: OFFICIAL,
    },
    {
      type: 'Organization',
      key: 'uscc',
      lookup: { system: 'seal', operation: 'seal/list', maximum: MAXIMUM_SEALS },
      fact: 'modelled: orgCode takes up to 50 codes joined by commas, as the identity numbers of the licence system',
      samples: [company, shop, association].map(({ uscc }) => ({ uscc })),
      as: OFFICIAL,
    },
    {
      type: 'SigningRequest',
      key: 'id',
      lookup: { system: 'seal', operation: 'sign/result', maximum: 1 },
      fact: 'modelled: sign/result takes one signId',
      samples: ['QZ2024040200000001', 'QZ2024031500000004', 'QZ2024050700000005'].map((id) => ({ id })),
      unknown: { id: 'QZ2024040299999999' },
      as: OFFICIAL,
    },
  ],
  probes: [
    {
      system: 'seal',
      operation: '{ seal(id: "DZYZX00000027010001") { name status organization { uscc } } }',
      as: { persona: 'company-agent' },
      isPersonal: true,
    },
    {
      system: 'seal',
      operation: '{ signingRequest(id: "QZ2024040200000001") { state fileName seal { id } } }',
      as: OFFICIAL,
      isPersonal: true,
    },
  ],
  skips: {
    'SG-11':
      'the trust lists are among the credentials, and a wrong one stops the start; seal.test.ts tries the wrong paasid and token alone',
  },
  sandbox: async (kit) => (await import('./sandbox.ts')).sandbox(kit),
  state: { migrations },
});
