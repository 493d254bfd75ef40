import { PEOPLE } from '../../kernel/sandbox/population/people.ts';
import { ORGANISATIONS } from '../../kernel/sandbox/population/organisations.ts';
import { STORY_CASES, STORY_ITEMS } from '../../kernel/sandbox/population/stories.ts';
import { defineSubgraph } from '../../kernel/subgraph.ts';
import { createContext } from './context.ts';
import { watch } from './jobs.ts';
import { resolvers } from './resolvers.ts';
import { residentCaseNumber } from './sandbox/residents.ts';
import { createUpstream, MAXIMUM_KEYS } from './upstream.ts';

const UNKNOWN_CASE = '44140220240101000000000000999';

/** Staff of the department that handles the samples; his purpose is a case that does not exist, so that he is told so. */
const official = {
  persona: 'official',
  purpose: { code: 'case-handling', itemCode: STORY_ITEMS.realEstateRegistration.code, caseNumber: UNKNOWN_CASE },
} as const;

export default defineSubgraph({
  folder: import.meta.dirname,
  title: { zh: '统一申办受理', en: 'Cases' },
  systems: ['cases'],
  connect: createUpstream,
  context: createContext,
  resolvers,
  jobs: [watch],
  sandbox: async (kit) => (await import('./sandbox.ts')).sandbox(kit),
  entities: [
    {
      type: 'Case',
      key: 'id',
      lookup: { system: 'cases', operation: 'cases by number', maximum: MAXIMUM_KEYS },
      fact: 'Front-end tables take any condition; 500 numbers a statement are chosen, no bound is published',
      samples: [STORY_CASES.realEstate.number, ...[1, 2, 3, 4, 5].map(residentCaseNumber)].map((id) => ({ id })),
      unknown: { id: UNKNOWN_CASE },
      as: official,
    },
    {
      type: 'Person',
      key: 'personKey',
      lookup: null,
      fact: 'The key is the certificate by which the tables know an applicant',
      samples: [PEOPLE.citizenL2, PEOPLE.husband].map(({ personKey }) => ({ personKey })),
    },
    {
      type: 'Organization',
      key: 'uscc',
      lookup: null,
      fact: 'The key is the certificate by which the tables know an applicant',
      samples: [ORGANISATIONS.company, ORGANISATIONS.association].map(({ uscc }) => ({ uscc })),
    },
    {
      type: 'StaffMember',
      key: 'staffId',
      lookup: null,
      fact: 'The key is the account of the signed-in staff member, whose department is known from his login',
      samples: [{ staffId: 'chenlixin' }, { staffId: 'somebody-else' }],
    },
  ],
  probes: [
    {
      system: 'cases',
      operation: 'query ($id: ID!) { case(id: $id) { id state itemName applicant { kind name } steps { kind name at } } }',
      variables: { id: STORY_CASES.realEstate.number },
      as: { ...official, purpose: { ...official.purpose, caseNumber: STORY_CASES.realEstate.number } },
      isPersonal: true,
    },
  ],
});
