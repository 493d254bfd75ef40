import { describeAgreement } from './agreement.ts';
import { interfaceObjects } from './fixtures/interfaceObjects.ts';
import { interfaces } from './fixtures/interfaces.ts';
import { keys } from './fixtures/keys.ts';
import { mutations } from './fixtures/mutations.ts';

describeAgreement(keys, [
  { what: 'only at the root', text: '{ __typename }' },
  {
    what: 'several times at the root, beside data',
    text: '{ a: __typename me { id } b: __typename ... { __typename } ...F } fragment F on Query { c: __typename }',
  },
  { what: 'only in an entity', text: '{ me { __typename } people { __typename } }' },
  {
    what: 'in an entity of another subgraph',
    text: '{ letter(number: 1) { sender { kind: __typename card { __typename holder { __typename } } } } }',
  },
  {
    what: 'under the names of other fields',
    text: '{ me { id: __typename name: __typename email: __typename unread card { serial: __typename chip } } }',
  },
  { what: 'other fields under its kind of name', text: '{ me { typename: name _typename: id unread } }' },
  { what: 'where nothing is', text: '{ person(email: "nope") { __typename } cards { __typename chip } }' },
]);

describeAgreement(interfaces, [
  { what: 'of a union, of an interface, of both', text: '{ things { __typename } named { __typename } all { t: __typename } }' },
  {
    what: 'in fragments that meet it and that do not',
    text: '{ things { ... on Media { __typename } ... on Person { p: __typename } ... on Named { n: __typename } } }',
  },
  {
    what: 'of an interface object, several times',
    text: '{ ranked { a: __typename b: __typename score __typename } best { reviews { about { __typename } } } }',
  },
  {
    what: 'of an interface object below a fragment on its type',
    text: '{ ranked { ... on Film { __typename t: __typename } } }',
  },
]);

describeAgreement(interfaceObjects, [
  {
    what: 'of an interface object whose key is not resolvable',
    text: '{ cases { __typename party { a: __typename b: __typename } parties { id: __typename } } }',
  },
]);

describeAgreement(mutations, [
  { what: 'only at the root of a mutation', text: 'mutation { __typename a: __typename }' },
  {
    what: 'between mutations',
    text: 'mutation { a: __typename add(amount: 1) { __typename balance } b: __typename double { t: __typename } }',
  },
]);
