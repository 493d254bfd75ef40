import { DEPARTMENTS } from '../../kernel/sandbox/population/departments.ts';
import { ALL_ORGANISATIONS } from '../../kernel/sandbox/population/organisations.ts';
import { PEOPLE } from '../../kernel/sandbox/population/people.ts';
import { STORY_CASES } from '../../kernel/sandbox/population/stories.ts';
import { defineSubgraph, type Asker } from '../../kernel/subgraph.ts';
import { createContext } from './context.ts';
import { jobs } from './jobs.ts';
import { resolvers } from './resolvers.ts';
import { STAFF_IDS } from './sandbox/staffTasks.ts';
import { migrations } from './state.ts';
import { connect } from './upstream.ts';
import { MAXIMUM_KEYS } from './upstream/baseLibrary.ts';
import { FIND_ORGANISATIONS } from './upstream/baseOrganisation.ts';
import { FIND_PEOPLE } from './upstream/basePerson.ts';
import { signInOf } from './upstream/signIn.ts';

const MODELLED = 'modelled on the default contract of systems behind the gateway: arrays of at most 200';
const DIRECTORY = 'the graph’s own staff directory, kept by the account queue: no call once it was filled';
const ONLY_AT_LOGIN = 'asked only while somebody signs in, never by an operation; upstream/signIn.test.ts proves the same of it';
const BEFORE_OPERATIONS =
  'asked while somebody signs in, and by the gateway for an agent before his operation, never by one; upstream/signIn.test.ts and upstream/delegations.test.ts prove the same of it';

const { realEstate } = STORY_CASES;
const ON_DUTY: Asker = {
  persona: 'official',
  purpose: { code: 'case-handling', itemCode: realEstate.item.code, caseNumber: realEstate.number },
};
const SAMPLE_PEOPLE = [PEOPLE.citizenL2, PEOPLE.husband, PEOPLE.hongKongPermitHolder, PEOPLE.rareName];
const [company] = ALL_ORGANISATIONS;

export default defineSubgraph({
  folder: import.meta.dirname,
  title: { zh: '统一身份与组织', en: 'Identity, organisations and staff' },
  systems: ['identity', 'identity.staff', 'office.yzy', 'base.person', 'base.organisation'],
  connect,
  context: createContext,
  resolvers,
  entities: [
    {
      type: 'Person',
      key: 'personKey',
      lookup: { system: 'base.person', operation: FIND_PEOPLE, maximum: MAXIMUM_KEYS },
      fact: MODELLED,
      samples: SAMPLE_PEOPLE.map(({ personKey }) => ({ personKey })),
      unknown: { personKey: 'RESIDENT_ID:441402188001010011' },
      as: ON_DUTY,
    },
    {
      type: 'Person',
      key: 'subjectId',
      lookup: { system: 'base.person', operation: FIND_PEOPLE, maximum: MAXIMUM_KEYS },
      fact: MODELLED,
      samples: SAMPLE_PEOPLE.map(({ subjectId }) => ({ subjectId })),
      unknown: { subjectId: 'gd0000000000000000000000' },
      as: ON_DUTY,
    },
    {
      type: 'Organization',
      key: 'uscc',
      lookup: { system: 'base.organisation', operation: FIND_ORGANISATIONS, maximum: MAXIMUM_KEYS },
      fact: MODELLED,
      samples: ALL_ORGANISATIONS.map(({ uscc }) => ({ uscc })),
      unknown: { uscc: '91350100M000100Y43' },
    },
    {
      type: 'StaffMember',
      key: 'staffId',
      lookup: null,
      fact: DIRECTORY,
      samples: STAFF_IDS.slice(0, 3).map((staffId) => ({ staffId })),
      unknown: { staffId: 'nobody' },
      as: ON_DUTY,
    },
    {
      type: 'Department',
      key: 'code',
      lookup: null,
      fact: DIRECTORY,
      samples: DEPARTMENTS.slice(0, 3).map(({ code }) => ({ code })),
      unknown: { code: '006940386' },
    },
  ],
  probes: [
    { system: 'identity.staff', operation: '{ departments { code } }', isPersonal: false },
    { system: 'base.person', operation: '{ me { address } }', as: { persona: PEOPLE.citizenL2.id }, isPersonal: true },
    {
      system: 'base.organisation',
      operation: 'query ($uscc: ID!) { organization(uscc: $uscc) { name } }',
      variables: { uscc: company?.uscc },
      isPersonal: true,
    },
  ],
  skips: {
    'SG-05 identity': BEFORE_OPERATIONS,
    'SG-05 office.yzy': ONLY_AT_LOGIN,
    'SG-14 identity.staff': 'once the directory was filled no operation calls the queue, so a fault of it shows in no answer',
  },
  sandbox: async (kit) => (await import('./sandbox.ts')).sandbox(kit),
  state: { migrations },
  jobs,
  signIn: signInOf,
});
