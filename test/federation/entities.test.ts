import { describeAgreement } from './agreement.ts';
import { links } from './fixtures/links.ts';
import { provided } from './fixtures/provided.ts';

describeAgreement(provided, [
  { what: 'provided fields at several depths', text: '{ window { name maker { name site { url } } tags { text } } }' },
  {
    what: 'what is provided only in part',
    text: '{ window { name maker { site { url lang } } tags { id text } price { net } sold } }',
  },
  {
    what: 'the same fields where nothing is provided',
    text: '{ nothingProvided { name maker { name site { url lang } } tags { text } sold } }',
  },
  {
    what: 'provided fields of members of a union',
    text: '{ pictures { ... on Photo { label frame } ... on Clip { label seconds } } }',
  },
  {
    what: 'provided fields of some types of an interface',
    text: '{ assets { id label ... on Photo { pixels frame } ... on Clip { seconds } } }',
  },
  { what: 'a shared root field of which each knows a part', text: '{ shared { a b one { x y z } } }' },
  {
    what: 'a shared root field of an entity',
    text: '{ good(id: "1") { price { net } sold name } none: good(id: "9") { sold price { net } } }',
  },
  {
    what: 'provided fields under aliases, in fragments, excluded',
    text: '{ window { title: name ... { sold } ... on Good @skip(if: true) { tags { text } } ...M } } fragment M on Good { by: maker { called: name } }',
  },
]);

describeAgreement(links, [
  { what: 'a key that contains an entity', text: '{ pages { text position } }' },
  {
    what: 'an entity below an entity, by the key of its parent',
    text: '{ list { first { text next { text marks { note } } } } }',
  },
  {
    what: 'a value type of which two subgraphs know a part each',
    text: '{ pages { category { details kind main { id tag count } parent { text } } } }',
  },
  {
    what: 'a key of two entities',
    text: '{ pages { marks { note writer { name } page { position } list { tag pages { id } } } } }',
  },
  { what: 'a compound key with a null in it', text: '{ list { tag count pages { list { count } } } }' },
  {
    what: 'a null key, and an entity that the next subgraph does not know',
    text: '{ boxes { label volume { isbn author { name } } } }',
  },
  { what: 'the key that cannot be had', text: '{ boxes { volume { serial } } }' },
]);
