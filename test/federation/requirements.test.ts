import { describeAgreement } from './agreement.ts';
import { checkups } from './fixtures/checkups.ts';
import { requiredParts } from './fixtures/requiredParts.ts';

describeAgreement(requiredParts, [
  { what: 'a chain of requirements to and fro', text: '{ orders { fourth } }' },
  { what: 'every link of the chain', text: '{ orders { first second third fourth base } }' },
  { what: 'the middle of the chain under foreign names', text: '{ orders { base: fourth first: base third: second } }' },
  { what: 'entities of a third subgraph inside a list', text: '{ orders { listed lines { sku ware { id } } } }' },
  {
    what: 'what is required there asked otherwise by the client',
    text: '{ orders { listed lines { ware: sku sku: ware { mass: id id: mass } } } }',
  },
  { what: 'a field of an interface', text: '{ orders { kindOnly } }' },
  { what: 'fragments on the types of an interface', text: '{ orders { routed } }' },
  {
    what: 'both, beside other fields of the interface',
    text: '{ orders { kindOnly routed holder { id ... on Car { plate: kind doors } ... on Boat { keel } } } }',
  },
  {
    what: 'a requirement of entities inside what another requires',
    text: '{ orders { listed lines { ware { score marks { by } } } } }',
  },
  {
    what: 'a requirement of a member of a union',
    text: '{ orders { payee { ... on Firm { duty tax marks { points } } ... on Car { plate doors } } } }',
  },
  {
    what: 'all at once',
    text: '{ order(id: "1") { id fourth listed routed kindOnly lines { ware { score } } payee { __typename ... on Firm { duty } } } }',
  },
]);

describeAgreement(checkups, [
  { what: 'a requirement inside what another makes of two subgraphs', text: '{ pets { checkup { grade } } }' },
  {
    what: 'and one inside that, in the other subgraph',
    text: '{ pet { checkup { advice } mother { checkup { advice grade fee } } } }',
  },
  {
    what: 'entities within the subgraph that requires',
    text: '{ pet { mother { size } sister { mother { size } checkup { by { treats { size checkup { grade } } } } } } }',
  },
]);
