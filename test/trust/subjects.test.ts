import { expect, test } from '@jest/globals';
import { parse } from 'graphql';
import { readRegister } from '../../gateway/disclosure/register.ts';
import { guardingOf, watchOver } from '../../gateway/disclosure/watch.ts';
import { byOffice } from '../../gateway/grants/byOffice.ts';
import { failing, ref, type Fixture } from '../federation/fixture.ts';
import { comparable, localEngine, remoteEngine, supergraphOf } from '../federation/harness.ts';
import { district, REGISTER } from './district.ts';

const guarding = guardingOf(readRegister(supergraphOf(district)));

const withPermits = (resolvers: NonNullable<Fixture['subgraphs'][string]['resolvers']>): Fixture => ({
  ...district,
  subgraphs: { ...district.subgraphs, permits: { ...(district.subgraphs['permits'] ?? { sdl: '' }), resolvers } },
});

const QUERY = '{ permit(id: "p1") { state title fee { paid amount } main { nick name } } }';
/** Nothing of anybody else is open. */
const NO_GRANTS = {
  granting: { meet: async () => {}, showing: () => null },
  dutyOf: async () => ({ obstacle: null, concerned: null }),
};

const guard = () => watchOver({ caller: null, purpose: null }, NO_GRANTS);

test.each([
  { when: 'who it is about is known', of: district, code: 'UNAUTHENTICATED' },
  {
    when: 'the subgraph fails to say whom it is about',
    of: withPermits({ Permit: { subjectKeys: failing('UPSTREAM_TIMEOUT') } }),
    code: 'UPSTREAM_TIMEOUT',
  },
  {
    when: 'the subgraph says that it does not know',
    of: withPermits({ Permit: { subjectKeys: () => null } }),
    code: 'FORBIDDEN',
  },
])('when $when, its personal fields and those below fail with $code', async ({ of, code }) => {
  await using remote = await remoteEngine(of, { guarding });
  for (const engine of [localEngine(of, { guarding }), localEngine(of, { guarding, isMerged: true }), remote]) {
    const { data, errors } = comparable(await engine.execute({ document: parse(QUERY), request: {}, guard: guard() }));
    // `title`, `amount` and `name` must not be null, so what holds them is.
    expect({ data, errors }).toEqual({ data: { permit: null }, errors: [{ path: 'permit.title', code }] });
  }
});

test.each(['RESIDENT_ID:A', 'RESIDENT_ID:B'])(
  'a client never sees the hidden field, nor can he ask for it (%s)',
  async (personKey) => {
    const engine = localEngine(district, { guarding });
    const caller = {
      ...({ subject: 's', actor: 'a', kind: 'PERSON', name: '', department: null, assurance: 'L3' } as const),
      ...{ personKey, uscc: null, credential: null },
    };
    const own = watchOver({ caller, purpose: null }, NO_GRANTS);
    const answer = await engine.execute({ document: parse('{ permit(id: "p3") { number } }'), request: {}, guard: own });
    expect(answer).toEqual({ data: { permit: { number: 'JH0003' } } });
    expect(JSON.stringify(answer)).not.toContain('RESIDENT_ID');
    expect(engine.apiSchema.getType('Permit')).toMatchObject({ name: 'Permit' });
    for (const hidden of ['subjectKeys', '_about_subjectKeys'])
      expect(Object.keys((engine.apiSchema.getType('Permit') as unknown as { getFields(): object }).getFields())).not.toContain(
        hidden,
      );
  },
);

test('an engine with guarded fields answers nobody without a guard', async () => {
  const engine = localEngine(district, { guarding });
  const { data, errors } = await engine.execute({ document: parse('{ permit(id: "p1") { state } }'), request: {} });
  expect({ data, code: errors?.[0]?.extensions['code'] }).toEqual({ data: undefined, code: 'INTERNAL' });
});

const OWN =
  '@label(sensitivity: 3, category: "identity") @tag(name: "public") @record(system: "people", level: "district", owner: "局", freshness: "PT0S", purposes: ["own-records"])';
const OPEN = '@label(sensitivity: 1, category: "public") @tag(name: "public")';
const ABOUT =
  'personKey: ID @inaccessible @subject @label(sensitivity: 4, category: "identity", mask: "hidden") @tag(name: "internal")';
/** One field in several shapes, so that fragments on a type and on its interface ask for it under keys of their own; and a leaf that is an object. */
const shapes: Fixture = {
  name: 'shapes',
  subgraphs: {
    people: {
      sdl: `
        ${REGISTER}
        scalar Shape
        type Query { person: Person @tag(name: "public") }
        interface Keeper { pet: Pet @tag(name: "public") }
        type Person implements Keeper { ${ABOUT} name: String ${OWN} home: Home @tag(name: "public") guest: Keeper @tag(name: "public") pet: Pet @tag(name: "public") }
        type Firm implements Keeper { pet: Pet! @tag(name: "public") }
        type Home { outline: Shape ${OPEN} }
        type Pet { ${ABOUT} tag: Tag @tag(name: "public") }
        type Tag { text: String ${OWN} colour: String ${OPEN} }`,
    },
  },
  merged: {
    sdl: 'type Query { person: Person } interface Keeper { pet: Pet } type Person implements Keeper { pet: Pet } type Firm implements Keeper { pet: Pet } type Pet { tag: String }',
  },
  data: () => ({
    Query: { root: { person: ref('Person', 'a') } },
    Person: {
      a: { personKey: 'RESIDENT_ID:A', name: '张三丰', home: ref('Home', 'a'), guest: ref('Person', 'b'), pet: null },
      b: { personKey: 'RESIDENT_ID:B', name: '李四', home: null, guest: null, pet: ref('Pet', 'b') },
    },
    Home: { a: { outline: { type: 'Point', coordinates: [1, 2] } } },
    Pet: { b: { personKey: 'RESIDENT_ID:B', tag: ref('Tag', 'b') } },
    Tag: { b: { text: 'b-secret', colour: 'red' } },
  }),
};
const shapesGuarding = guardingOf(readRegister(supergraphOf(shapes)));
const watchOf = (personKey: string) =>
  watchOver(
    {
      caller: {
        ...({ subject: 's', actor: 'a', kind: 'PERSON', name: '', department: null, assurance: 'L3' } as const),
        ...{ personKey, uscc: null, credential: null },
      },
      purpose: null,
    },
    NO_GRANTS,
  );

test.each([
  { way: 'compiled', isMerged: false },
  { way: 'over merged data', isMerged: true },
])('what is asked of one object under several keys stays about whom it is about ($way)', async ({ isMerged }) => {
  const engine = localEngine(shapes, { guarding: shapesGuarding, isMerged });
  const PARTS = ['... on Person { pet { tag { text } } }', 'pet { tag { colour } }'];
  for (const parts of [PARTS, PARTS.toReversed()]) {
    const document = parse(`{ person { name guest { ${parts.join(' ')} } } }`);
    const answerTo = async (personKey: string) =>
      comparable(await engine.execute({ document, request: {}, guard: watchOf(personKey) }));
    await expect(answerTo('RESIDENT_ID:A')).resolves.toEqual({
      data: { person: { name: '张三丰', guest: { pet: { tag: { text: null, colour: 'red' } } } } },
      errors: [{ path: 'person.guest.pet.tag.text', code: 'FORBIDDEN' }],
    });
    await expect(answerTo('RESIDENT_ID:B')).resolves.toEqual({
      data: { person: { name: null, guest: { pet: { tag: { text: 'b-secret', colour: 'red' } } } } },
      errors: [{ path: 'person.name', code: 'FORBIDDEN' }],
    });
  }
});

test.each([
  { way: 'compiled', isMerged: false },
  { way: 'over merged data', isMerged: true },
])('a leaf that is an object leaves as it came, without a word of whom it is about ($way)', async ({ isMerged }) => {
  const engine = localEngine(shapes, { guarding: shapesGuarding, isMerged });
  const document = parse('{ person { name home { outline } } }');
  const answer = comparable(await engine.execute({ document, request: {}, guard: watchOf('RESIDENT_ID:A') }));
  const outline = { type: 'Point', coordinates: [1, 2] };
  expect(answer).toEqual({ data: { person: { name: '张三丰', home: { outline } } }, errors: [] });
});

const labelled = (sensitivity: number, mask = '') =>
  `@label(sensitivity: ${sensitivity}, category: "contact"${mask && `, mask: "${mask}"`}) @tag(name: "public") @record(system: "people", level: "district", owner: "局", freshness: "PT0S", purposes: ["own-records", "case-handling"])`;
const notes: Fixture = {
  name: 'notes',
  subgraphs: {
    people: {
      sdl: `${(shapes.subgraphs['people']?.sdl ?? '').split('scalar Shape')[0]}
        type Query { person: Person @tag(name: "public") }
        type Person { ${ABOUT} notes: [Note!]! @tag(name: "public") }
        interface Note { text: String ${labelled(4, 'phone')} }
        type Call implements Note { text: String ${labelled(4, 'phone')} }
        type Letter implements Note { text: String ${labelled(4)} }`,
    },
  },
  merged: {
    sdl: 'type Query { person: Person } type Person { notes: [Note!]! } interface Note { text: String } type Call implements Note { text: String } type Letter implements Note { text: String }',
  },
  data: () => ({
    Query: { root: { person: ref('Person', 'a') } },
    Person: { a: { personKey: 'RESIDENT_ID:A', notes: [ref('Call', 'c'), ref('Letter', 'l')] } },
    Call: { c: { text: '13800000001' } },
    Letter: { l: { text: '13800000002' } },
  }),
};

test('what is asked of an interface is shown as each of its types says', async () => {
  const guarding = guardingOf(readRegister(supergraphOf(notes)));
  await using remote = await remoteEngine(notes, { guarding });
  const official = { subject: 's', actor: 'a', kind: 'STAFF', name: '', department: null, assurance: 'L3' } as const;
  const asking = {
    caller: { ...official, personKey: null, uscc: null, credential: null },
    purpose: { code: 'case-handling', itemCode: '11441402007220000000000000000001', caseNumber: '1' },
  };
  for (const engine of [localEngine(notes, { guarding }), localEngine(notes, { guarding, isMerged: true }), remote]) {
    const guard = watchOver(asking, { ...NO_GRANTS, granting: byOffice('official', { count: async () => {} }) });
    const answer = await engine.execute({ document: parse('{ person { notes { text } } }'), request: {}, guard });
    expect(comparable(answer)).toEqual({
      data: { person: { notes: [{ text: '138****0001' }, { text: null }] } },
      errors: [{ path: 'person.notes.1.text', code: 'PURPOSE_DENIED' }],
    });
  }
});

const keepings: Fixture = {
  ...shapes,
  name: 'keepings',
  subgraphs: {
    people: {
      sdl: (shapes.subgraphs['people']?.sdl ?? '')
        .replace('home: Home @tag(name: "public")', `home: Home ${OWN}`)
        .replace('type Pet { ', `type Pet { toys: [Tag!]! ${OWN} `),
    },
  },
  data: () => ({ ...shapes.data(), Pet: { b: { personKey: 'RESIDENT_ID:B', tag: ref('Tag', 'b'), toys: [ref('Tag', 'b')] } } }),
};

test('that there are objects is shown to nobody else where the field that leads to them is personal', async () => {
  const guarding = guardingOf(readRegister(supergraphOf(keepings)));
  await using remote = await remoteEngine(keepings, { guarding });
  const OF_A = '{ person { home { outline } } }';
  const OF_B = '{ person { guest { pet { tag { colour } toys { colour } } } } }';
  for (const engine of [localEngine(keepings, { guarding }), localEngine(keepings, { guarding, isMerged: true }), remote]) {
    const answerTo = async (personKey: string, text: string) =>
      comparable(await engine.execute({ document: parse(text), request: {}, guard: watchOf(personKey) }));
    const outline = { type: 'Point', coordinates: [1, 2] };
    await expect(answerTo('RESIDENT_ID:A', OF_A)).resolves.toEqual({ data: { person: { home: { outline } } }, errors: [] });
    await expect(answerTo('RESIDENT_ID:B', OF_A)).resolves.toEqual({
      data: { person: { home: null } },
      errors: [{ path: 'person.home', code: 'FORBIDDEN' }],
    });
    await expect(answerTo('RESIDENT_ID:B', OF_B)).resolves.toEqual({
      data: { person: { guest: { pet: { tag: { colour: 'red' }, toys: [{ colour: 'red' }] } } } },
      errors: [],
    });
    // `toys` must not be null, so what holds them is.
    await expect(answerTo('RESIDENT_ID:A', OF_B)).resolves.toEqual({
      data: { person: { guest: { pet: null } } },
      errors: [{ path: 'person.guest.pet.toys', code: 'FORBIDDEN' }],
    });
  }
});
