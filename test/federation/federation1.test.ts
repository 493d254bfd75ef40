import { describeAgreement } from './agreement.ts';
import { federation1 } from './fixtures/federation1.ts';

describeAgreement(federation1, [
  { what: 'a type that another subgraph extends', text: '{ members { name tasks { title } grade } }' },
  { what: 'a key that is external where the type is extended', text: '{ open { owner { id grade } hours } }' },
  { what: 'a nested key of an extended value type', text: '{ me { opens { code floor } badge { colour number } } }' },
  {
    what: 'a requirement of an entity below an entity of the same subgraph',
    text: '{ me { tasks { owner { greeting } } boss { greeting tasks { watchers { greeting } } } } }',
  },
  { what: 'a requirement of an extended type', text: '{ members { greeting } bossOf(id: "m1") { greeting name } }' },
  { what: 'a provided field and one beside it', text: '{ open { owner { name rank } watchers { name } } }' },
  {
    what: 'a value type of two subgraphs, neither of which shares it in words',
    text: '{ me { room { code } } places { __typename code ... on Room { floor } } }',
  },
  {
    what: 'an argument and its default in an extended type',
    text: '{ me { a: tasks { id state } b: tasks(state: null) { id } c: tasks(state: DONE) { hours } } }',
  },
  {
    what: 'a way through all four',
    text: '{ task(id: "t1") { hours watchers { boss { opens { floor } tasks { owner { rank } } } } } }',
  },
]);
