import { describe, expect, test } from '@jest/globals';
import { parse, validate } from 'graphql';
import { describeAgreement } from './agreement.ts';
import { differences } from './fixtures/differences.ts';
import { localEngine } from './harness.ts';

describeAgreement(differences, [
  {
    what: 'input fields that all subgraphs know',
    text: '{ parks(by: { deep: { a: 2, b: [1] }, sizes: [SMALL] }) { id } trees(in: { a: 2 }) { id } }',
  },
  {
    what: 'variables inside nested inputs',
    text: 'query ($a: Int, $s: [Extent!], $o: Order) { parks(by: { deep: { a: $a }, sizes: $s }, order: $o) { id oldest { kind } } trees(in: { a: $a }) { park { size } } }',
    variables: { a: 1, s: 'SMALL', o: 'SIZE' },
  },
  {
    what: 'defaults inside an input that is given',
    text: 'query ($d: Deep) { parks(by: { deep: $d }) { id } trees(in: $d) { id } }',
    variables: { d: {} },
  },
  {
    what: 'a null inside an input that has a default',
    text: 'query ($a: Int = 3) { parks(by: { deep: { a: $a } }) { id } trees(in: { a: null }) { id } }',
    variables: { a: null },
  },
  { what: 'an argument that both know', text: '{ parks { near(metres: 1) { id oldest { id } } } }' },
  { what: 'enum values of several subgraphs', text: '{ parks { state size kinds oldest { kind } } }' },
  {
    what: 'a union with a hidden member, an interface with a hidden type',
    text: '{ things { __typename ... on Park { id oldest { id } } } places { __typename id name ... on Park { kinds } } secretPlace { id } }',
  },
]);

describe('what clients do not see they cannot ask for', () => {
  test.each([
    { what: 'a field', text: '{ parks { owner { code } } }', instead: '{ parks { id } }' },
    { what: 'a root field', text: '{ secret { code } }', instead: '{ things { __typename } }' },
    { what: 'an argument', text: '{ parks(trace: "x") { id } }', instead: '{ parks(order: NAME) { id } }' },
    {
      what: 'an argument that one subgraph does not know',
      text: '{ parks { near(limit: 1) { id } } }',
      instead: '{ parks { near(metres: 1) { id } } }',
    },
    { what: 'an input field', text: '{ parks(by: { inner: "x" }) { id } }', instead: '{ parks(by: { name: "x" }) { id } }' },
    {
      what: 'an input field that one subgraph does not know',
      text: '{ trees(in: { onlyThere: "x" }) { id } }',
      instead: '{ trees(in: { b: [1] }) { id } }',
    },
    {
      what: 'an enum value that one subgraph does not know',
      text: '{ trees(size: HUGE) { id } }',
      instead: '{ trees(size: SMALL) { id } }',
    },
    { what: 'a type', text: '{ places { ... on Bunker { id } } }', instead: '{ places { ... on Park { id } } }' },
    { what: 'a hidden interface', text: '{ parks { ... on Watched { id } } }', instead: '{ parks { ... on Place { id } } }' },
  ])('$what', ({ text, instead }) => {
    const { apiSchema } = localEngine(differences);
    expect(validate(apiSchema, parse(text))).not.toEqual([]);
    expect(validate(apiSchema, parse(instead))).toEqual([]);
  });
});
