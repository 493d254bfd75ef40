import { describeAgreement, type Case } from './agreement.ts';
import type { Fixture } from './fixture.ts';
import { interfaces } from './fixtures/interfaces.ts';
import { keys } from './fixtures/keys.ts';
import { mutations } from './fixtures/mutations.ts';
import { requires } from './fixtures/requires.ts';
import { sharing } from './fixtures/sharing.ts';

const CASES: readonly (readonly [Fixture, readonly Case[]])[] = [
  [
    keys,
    [
      { what: 'a second key', text: '{ me { name unread } }' },
      {
        what: 'a key of a key: email to id to serial to chip',
        text: '{ letter(number: 1) { sender { card { secureUntil } } } }',
      },
      { what: 'a compound, nested key', text: '{ me { letters(first: 3) { subject kept } } }' },
      { what: 'a way back to the first subgraph', text: '{ letter(number: 3) { subject sender { name letters { kept } } } }' },
      { what: 'the same entity at several places', text: '{ people { id unread card { secureUntil holder { name unread } } } }' },
      { what: 'nulls in a list of entities', text: '{ cards { chip secureUntil } }' },
      { what: 'an entity that is not there', text: '{ card(serial: "nope") { chip } person(email: "nope") { unread } }' },
      { what: 'a key that the client did not ask for', text: '{ people { unread } }' },
      { what: 'the type of an object', text: '{ me { __typename kind: __typename unread } __typename }' },
    ],
  ],
  [
    requires,
    [
      { what: 'a leaf with an argument', text: '{ parcels { postage } }' },
      { what: 'the same field asked otherwise by the client', text: '{ parcels { weight postage grams: weight(unit: "g") } }' },
      { what: 'a nested object', text: '{ parcels { volume } }' },
      { what: 'a nested field with an argument', text: '{ parcels { depthCharge size { depth } } }' },
      { what: 'a list of objects', text: '{ parcels { pieces items { name } } }' },
      { what: 'what another required field made', text: '{ parcels { duty } }' },
      { what: 'two requirements that differ in arguments', text: '{ parcels { duty postage p: postage(express: true) } }' },
      {
        what: 'client aliases that take the names of required fields',
        text: '{ parcels { weight: label size: carrier volume duty postage id: cleared } }',
      },
      {
        what: 'client aliases inside a required object',
        text: '{ parcels { depthCharge volume size { height: width depth: depth(unit: "x") width: height } } }',
      },
      {
        what: 'a variable in the field that requires',
        text: 'query ($e: Boolean) { parcels { postage(express: $e) } }',
        variables: { e: true },
      },
      {
        what: 'fields beside it that require nothing',
        text: '{ parcel(id: "2") { carrier cleared volume depthCharge pieces } }',
      },
    ],
  ],
  [
    sharing,
    [
      { what: 'a shared root field', text: '{ featured { code title stock } }' },
      { what: 'a shared value with a part of one subgraph', text: '{ items { address { street city zip } } }' },
      { what: 'a provided field', text: '{ shelves { name top { title } other { title } } }' },
      { what: 'an overridden field', text: '{ items { price } shelves { top { price } } }' },
      {
        what: 'variables in nested inputs',
        text: 'query ($s: [State!], $to: Int) { items(filter: { states: $s, range: { from: 1, to: $to } }) { code stock } }',
        variables: { s: ['OPEN'], to: 25 },
      },
      {
        what: 'a variable coerced to a list, an input default',
        text: 'query ($f: Filter) { items(filter: $f) { code } }',
        variables: { f: { states: 'CLOSED' } },
      },
      {
        what: 'a default of a variable',
        text: 'query ($f: Filter = { range: { from: 15 } }) { items(filter: $f) { code stock } }',
      },
      {
        what: 'null given for a nullable variable with a default',
        text: 'query ($f: Filter = { range: { from: 15 } }) { items(filter: $f) { code } }',
        variables: { f: null },
      },
      { what: 'lists in lists of entities', text: '{ items { grid { code stock address { zip } } } }' },
      {
        what: 'one field twice with other arguments',
        text: '{ a: item(code: "a") { stock } b: item(code: "b") { stock } c: item(code: "a") { price } }',
      },
      {
        what: 'skip and include by literals',
        text: '{ featured @skip(if: false) { code stock @include(if: false) price @skip(if: true) } items @include(if: false) { code } }',
      },
      { what: 'an operation of which nothing is left', text: '{ featured @skip(if: true) { code } }' },
      { what: 'an object of which nothing is left', text: '{ featured { ... @include(if: false) { code stock } } }' },
      {
        what: 'skip and include by variables',
        text: 'query ($y: Boolean!, $n: Boolean!) { featured @include(if: $y) { code stock @skip(if: $y) price @include(if: $n) } items @skip(if: $n) { stock } shelves @include(if: $n) { name } }',
        variables: { y: true, n: false },
      },
      {
        what: 'one field under different conditions',
        text: 'query ($y: Boolean!, $n: Boolean!) { featured { stock @include(if: $n) ... @include(if: $y) { stock address { zip } } address @include(if: $n) { city } } }',
        variables: { y: true, n: false },
      },
      {
        what: 'fragments spread several times',
        text: '{ featured { ...All } items { ...All grid { ...Code } } } fragment All on Item { ...Code stock address { zip } } fragment Code on Item { code c: code }',
      },
      { what: 'a key that clients do not see', text: '{ items { bin } shelves { top { bin title } } }' },
      { what: 'an operation with a name', text: 'query A { featured { code } }' },
    ],
  ],
  [
    interfaces,
    [
      { what: 'a field of an interface object', text: '{ all { id score } }' },
      { what: 'a type that nobody asked for', text: '{ best { score price } ranked(first: 2) { price } }' },
      { what: 'a type asked under an alias', text: '{ ranked { kind: __typename score } best { what: __typename } }' },
      { what: 'a field of the interface from its owner', text: '{ ranked { title reviews { text about { title } } } }' },
      {
        what: 'a fragment on an object type over an interface object',
        text: '{ ranked { score ... on Film { minutes } ... on Book { pages isbn } } }',
      },
      {
        what: 'arguments of interface object fields',
        text: 'query ($n: Int) { all { five: score(scale: 5) own: score(scale: $n) score } }',
        variables: { n: 2 },
      },
      {
        what: 'members of a union in several subgraphs',
        text: '{ things { __typename ... on Book { isbn pages } ... on Film { length: pages minutes } ... on Person { title favourite { price } } } }',
      },
      {
        what: 'one alias for fields of different types',
        text: '{ things { ... on Book { x: title score } ... on Film { x: title s: score } ... on Person { y: minutes } } }',
      },
      { what: 'one field name of different types', text: '{ things { ... on Book { extra } ... on Person { more: extra } } }' },
      { what: 'nullable and not nullable under one name', text: '{ all { ... on Book { n: pages } ... on Film { m: pages } } }' },
      {
        what: 'different objects under one name',
        text: '{ all { ... on Book { sequel { title } } ... on Film { sequel { title minutes } } } }',
      },
      {
        what: 'an interface without a key',
        text: '{ named { title ... on Media { score } ... on Person { reviews favourite { id } } } }',
      },
      {
        what: 'objects of which nobody asks the type, on the way to what another subgraph adds',
        text: '{ sequenced { b: sequel { sequel { ... on Book { extra isbn } } } } }',
      },
      {
        what: 'fragments of an interface inside a union',
        text: '{ things { ... on Named { title } ... on Media { id price reviews { by { title } } } } }',
      },
      {
        what: 'a conditional type question',
        text: 'query ($y: Boolean!) { best { __typename @skip(if: $y) score ... on Film @include(if: $y) { minutes } } }',
        variables: { y: true },
      },
    ],
  ],
  [
    mutations,
    [
      {
        what: 'mutations in order over two subgraphs',
        text: 'mutation { add(amount: 2) { balance } double { balance label } again: add(amount: 1) { balance colour } }',
      },
      {
        what: 'two equal mutations',
        text: 'mutation { a: add(amount: 1) { balance } b: add(amount: 1) { balance } add(amount: 1) { balance } }',
      },
      {
        what: 'a failed mutation among others',
        text: 'mutation { add(amount: 1) { balance } fail { balance } double { balance } }',
      },
      {
        what: 'input defaults inside lists',
        text: 'mutation ($l: Line!) { log(line: $l) two: log(line: { text: "t" }) }',
        variables: { l: { text: 's', parts: [{ n: 3 }] } },
      },
    ],
  ],
];

for (const [fixture, cases] of CASES) describeAgreement(fixture, cases);
