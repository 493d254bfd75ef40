import { describeAgreement } from './agreement.ts';
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
