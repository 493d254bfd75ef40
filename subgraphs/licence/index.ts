import { ORGANISATIONS } from '../../kernel/sandbox/population/organisations.ts';
import { PEOPLE, RESIDENTS } from '../../kernel/sandbox/population/people.ts';
import { STORY_CASES } from '../../kernel/sandbox/population/stories.ts';
import { defineSubgraph, type Asker } from '../../kernel/subgraph.ts';
import { createContext } from './context.ts';
import { resolvers } from './resolvers.ts';
import { seededCode } from './sandbox/seeds.ts';
import { LICENCE_TYPES } from './seed/licenceTypes.ts';
import { migrations } from './state.ts';
import { connect } from './upstream.ts';
import { MAXIMUM_KEYS } from './upstream/licence.ts';
import { SYSTEM } from './upstream/replies.ts';

const { realEstate, marriage } = STORY_CASES;

/** The official who handles the real-estate case. */
const OFFICIAL: Asker = {
  persona: 'official',
  purpose: { code: 'case-handling', itemCode: realEstate.item.code, caseNumber: realEstate.number },
};

const citizensLicence = (typeCode: string, issuedOn: string): string =>
  seededCode({ number: PEOPLE.citizenL2.certificateNumber }, typeCode, issuedOn);

/** Holders among the identity numbers of one call. */
const BY_HOLDER = { system: SYSTEM, operation: 'license/auth', maximum: MAXIMUM_KEYS } as const;

export default defineSubgraph({
  folder: import.meta.dirname,
  title: { zh: '电子证照', en: 'Electronic licences' },
  systems: [SYSTEM, 'licence.b'],
  connect,
  context: createContext,
  resolvers,
  sandbox: async (kit) => (await import('./sandbox.ts')).sandbox(kit),
  state: { migrations },
  entities: [
    {
      type: 'Licence',
      key: 'code',
      lookup: BY_HOLDER,
      fact:
        'DB44/T 2167.3-2019 has no lookup by code alone. Citizens: the own list, license/webpage, one call for any number of codes ' +
        '[confirmed]. By duty: license/auth with license_code instead of identity_number [modelled], 50 codes a call [inferred].',
      samples: [
        { code: citizensLicence('110000101', '2018-03-01') },
        { code: citizensLicence('110000301', '2015-08-20') },
        { code: citizensLicence('110000901', '2024-05-06') },
        { code: citizensLicence('110001001', '2019-04-22') },
      ],
      unknown: { code: '441402202000000000' },
      as: OFFICIAL,
    },
    {
      type: 'LicenceType',
      key: 'code',
      lookup: null,
      fact: 'The catalogue of licence types is part of the graph.',
      samples: LICENCE_TYPES.slice(0, 3).map(({ code }) => ({ code })),
      unknown: { code: '999999999' },
    },
    {
      type: 'Person',
      key: 'personKey',
      lookup: BY_HOLDER,
      fact:
        'license/auth takes several identity numbers joined with commas [confirmed]; how many is not published: 50 [inferred]. Pages of ' +
        '150, so one more call for every further 150 licences. The person himself: license/webpage.',
      samples: RESIDENTS.slice(0, 5).map(({ personKey }) => ({ personKey })),
      as: OFFICIAL,
    },
    {
      type: 'Organization',
      key: 'uscc',
      lookup: BY_HOLDER,
      fact: 'As for persons: the social credit code stands among the identity numbers [confirmed].',
      samples: Object.values(ORGANISATIONS).map(({ uscc }) => ({ uscc })),
      as: OFFICIAL,
    },
    {
      type: 'Case',
      key: 'id',
      lookup: null,
      fact: 'Which licences were presented for a case is the graph’s own record.',
      samples: [{ id: realEstate.number }, { id: marriage.number }],
    },
  ],
  probes: [
    {
      system: SYSTEM,
      operation: 'query ($code: ID!) { licence(code: $code) { code name status holders { name maskedNumber } } }',
      variables: { code: citizensLicence('110000101', '2018-03-01') },
      as: { persona: 'citizen-l2' },
      isPersonal: true,
    },
    {
      system: SYSTEM,
      operation:
        'query ($case: ID!, $number: String!) { licencesForCase(caseNumber: $case, holder: { certificateType: RESIDENT_ID, number: $number }) { totalCount nodes { code name } } }',
      variables: { case: realEstate.number, number: PEOPLE.citizenL2.certificateNumber },
      as: OFFICIAL,
      isPersonal: true,
    },
  ],
  skips: {
    'SG-05 licence.b':
      'The second source is switched off by its credentials, so that a page of licences costs one call; the tests of the folder switch it on.',
  },
});
