import { ORGANISATIONS } from '../../kernel/sandbox/population/organisations.ts';
import { PEOPLE } from '../../kernel/sandbox/population/people.ts';
import { defineSubgraph } from '../../kernel/subgraph.ts';
import { createContext } from './context.ts';
import { checkpoint, expire } from './jobs.ts';
import { resolvers } from './resolvers.ts';
import { connect } from './upstream.ts';

export default defineSubgraph({
  folder: import.meta.dirname,
  title: { zh: '访问台账', en: 'Access ledger' },
  systems: [],
  ownSystems: ['ledger'],
  connect,
  context: createContext,
  resolvers,
  jobs: [checkpoint, expire],
  entities: [
    {
      type: 'Person',
      key: 'personKey',
      lookup: null,
      fact: 'The ledger knows a person by his key alone, and keeps only a hash of it beside the entries',
      samples: [PEOPLE.citizenL2, PEOPLE.husband].map(({ personKey }) => ({ personKey })),
    },
    {
      type: 'Organization',
      key: 'uscc',
      lookup: null,
      fact: 'The ledger knows an organisation by its code alone, and keeps only a hash of it beside the entries',
      samples: [ORGANISATIONS.company, ORGANISATIONS.association].map(({ uscc }) => ({ uscc })),
    },
  ],
});
