import { describeAgreement } from './agreement.ts';
import { interfaceObjects } from './fixtures/interfaceObjects.ts';
import { members } from './fixtures/members.ts';

describeAgreement(members, [
  {
    what: 'members of which one subgraph knows some fields',
    text: '{ shelf { __typename ... on Novel { title year filmed { title } } ... on Song { title } } }',
  },
  {
    what: 'a member that the subgraph of the field does not know',
    text: '{ front { ... on Film { title year } ... on Novel { id } } works { ... on Film { id } } }',
  },
  {
    what: 'one field of several leaf types, asked of every member',
    text: '{ shelf { ... on Novel { size } ... on Song { s: size } } shown { ... on Film { size } ... on Novel { n: size } } }',
  },
  {
    what: 'a nullable and a non-null field under one name',
    text: '{ authors { id name } chain { ... on Author { id born } ... on Editor { house since: born next { ... on Author { id name } } } } }',
  },
  {
    what: 'a member inside a member inside a member',
    text: '{ shown { ... on Film { similar { ... on Novel { similar { ... on Song { author { born } } ... on Novel { year } } } ... on Film { size } } } ... on Novel { twin { __typename ... on Novel { similar { __typename } } } } } }',
  },
  {
    what: 'an interface that refers to itself',
    text: '{ chain { next { next { next { ... on Editor { house } ... on Author { name best { __typename } } } } } } }',
  },
  {
    what: 'an interface of which the subgraph of the field knows other types',
    text: '{ node(id: "n1") { id ... on Dated { year } ... on Titled { title } } node2 { id ... on Dated { year } ... on Novel { title } } }',
  },
  {
    what: 'an interface inside an interface inside a union',
    text: '{ shelf { ... on Node { id ... on Titled { title ... on Novel { ... on Dated { year } } } } } }',
  },
  {
    what: 'fragments that exclude each other',
    text: '{ nodes { ... on Dated { ... on Titled { id title } } ... on Song { ... on Titled { id title } size } } }',
  },
  {
    what: 'entities only below the members that are there',
    text: '{ notice { ... on Plain { about { born } } ... on Signed { about { name } text } } }',
  },
  {
    what: 'one alias for values of different members',
    text: '{ notice { ... on Plain { who: about { born } } ... on Signed { who: about { id name } } } shelf { ... on Novel { x: title } ... on Song { x: title y: size } } }',
  },
  {
    what: 'the type under several aliases, in fragments and at the root',
    text: '{ __typename root: __typename shelf { a: __typename ... on Novel { b: __typename __typename } ...T } } fragment T on Work { c: __typename ... on Song { __typename author { d: __typename } } }',
  },
]);

describeAgreement(interfaceObjects, [
  {
    what: 'a field of the interface, a field of the object',
    text: '{ parties { name stickers { colour } } labelledParties { name stickers { colour } } }',
  },
  { what: 'an object that requires a field of the interface', text: '{ parties { label } labelledParties { label } }' },
  { what: 'the same, with the required field beside it', text: '{ labelledParties { id name label ... on Firm { legal } } }' },
  {
    what: 'fields of an object type below an interface object',
    text: '{ labelledParties { ... on Citizen { age oath } ... on Firm { legal } } }',
  },
  { what: 'only the type', text: '{ labelledParties { __typename } cases { party { kind: __typename } } }' },
  { what: 'a key that is not resolvable: nothing else asked', text: '{ cases { party { id } parties { id } } }' },
  {
    what: 'a key that is not resolvable: fields of other subgraphs',
    text: '{ cases { party { name label } parties { __typename stickers { on { name } } } judge { label oath } } }',
  },
  {
    what: 'an object type whose third subgraph does not know the interface',
    text: '{ party(id: "c1") { ... on Citizen { oath stickers { on { id ... on Firm { legal } } } } } cases { judge { oath age stickers { colour } } } }',
  },
  {
    what: 'one field by the interface and by an object type',
    text: '{ labelledParties { id name ... on Citizen { id name label age } } parties { id ... on Firm { id label } } }',
  },
]);
