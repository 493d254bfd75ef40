import { describeAgreement, type Case } from './agreement.ts';
import { moves } from './fixtures/moves.ts';

const cases: readonly Case[] = [
  { what: 'fields that moved for good', text: '{ oldPosts { created } newPosts { created words } }' },
  { what: 'on the types of an interface', text: '{ oldAny { created } newAny { id created ... on Post { views } } }' },
  { what: 'together with what they require', text: '{ oldPosts { ratio } newPosts { ratio weight } }' },
  { what: 'by a share', text: '{ oldPosts { views summary } newPosts { views } }' },
  { what: 'by a label', text: '{ oldPosts { likes } newPosts { likes views } }' },
  { what: 'from a subgraph that is not there', text: '{ oldPosts { words } }' },
];

describeAgreement(moves, cases, { when: 'all in the old place', planner: { draw: () => 99.9 } });
describeAgreement(moves, cases, { when: 'all in the new place', planner: { draw: () => 0, activeLabels: ['moved-likes'] } });
