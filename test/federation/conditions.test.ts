import { describeAgreement, type Case } from './agreement.ts';
import { interfaces } from './fixtures/interfaces.ts';
import { keys } from './fixtures/keys.ts';
import { mutations } from './fixtures/mutations.ts';
import { requires } from './fixtures/requires.ts';

/** One operation under all values of its two conditions. */
const forAll = (what: string, text: string): Case[] =>
  [true, false].flatMap((a) => [true, false].map((b) => ({ what: `${what}: ${a}, ${b}`, text, variables: { a, b } })));

describeAgreement(keys, [
  ...forAll(
    'both conditions at one field, in both orders',
    'query ($a: Boolean!, $b: Boolean!) { me { name unread @include(if: $a) @skip(if: $b) email @skip(if: $a) @include(if: $b) } }',
  ),
  ...forAll(
    'at root fields, fragments and spreads',
    'query ($a: Boolean!, $b: Boolean!) { me @include(if: $a) { ...P @skip(if: $b) ... @include(if: $b) { card { serial } } } ...Q @include(if: $b) } fragment P on Person { name unread } fragment Q on Query { people { id } }',
  ),
  ...forAll(
    'at the type, at the root and below',
    'query ($a: Boolean!, $b: Boolean!) { __typename @include(if: $a) me { __typename @skip(if: $b) kind: __typename @include(if: $a) unread @include(if: $b) } }',
  ),
  ...forAll(
    'at a key that another subgraph needs',
    'query ($a: Boolean!, $b: Boolean!) { people { id @include(if: $a) email @skip(if: $b) unread card @include(if: $b) { serial @skip(if: $a) secureUntil } } }',
  ),
  {
    what: 'a default of a condition',
    text: 'query ($a: Boolean = false, $b: Boolean! = true) { me { name @include(if: $a) unread @include(if: $b) } }',
  },
  {
    what: 'a fragment that nothing but an excluded spread uses',
    text: '{ me { name ...F @skip(if: true) } } fragment F on Person { unread }',
  },
]);

describeAgreement(
  interfaces,
  forAll(
    'inside types of an interface and a union',
    'query ($a: Boolean!, $b: Boolean!) { ranked { ... on Film @include(if: $a) { minutes score @skip(if: $b) } ... on Book { pages @include(if: $b) isbn @skip(if: $a) } } things { __typename @skip(if: $b) ... on Person @skip(if: $a) { favourite { id @include(if: $b) price } } } }',
  ),
);

describeAgreement(
  requires,
  forAll(
    'at fields that require and at what they require',
    'query ($a: Boolean!, $b: Boolean!) { parcels { postage @include(if: $a) weight @skip(if: $a) volume @include(if: $b) size @skip(if: $b) { width } duty @skip(if: $a) } }',
  ),
);

describeAgreement(
  mutations,
  forAll(
    'at mutations',
    'mutation ($a: Boolean!, $b: Boolean!) { add(amount: 1) @include(if: $a) { balance } double @skip(if: $b) { balance colour @include(if: $a) } again: add(amount: 2) { balance } }',
  ),
);
