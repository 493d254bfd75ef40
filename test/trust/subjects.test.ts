import { expect, test } from '@jest/globals';
import { parse } from 'graphql';
import { readRegister } from '../../gateway/disclosure/register.ts';
import { guardingOf, watchOver } from '../../gateway/disclosure/watch.ts';
import { failing, type Fixture } from '../federation/fixture.ts';
import { comparable, localEngine, remoteEngine, supergraphOf } from '../federation/harness.ts';
import { district } from './district.ts';

const guarding = guardingOf(readRegister(supergraphOf(district)));

const withPermits = (resolvers: NonNullable<Fixture['subgraphs'][string]['resolvers']>): Fixture => ({
  ...district,
  subgraphs: { ...district.subgraphs, permits: { ...(district.subgraphs['permits'] ?? { sdl: '' }), resolvers } },
});

const QUERY = '{ permit(id: "p1") { state title fee { paid amount } main { nick name } } }';
/** Nothing of anybody else is open. */
const NO_GRANTS = { granting: { meet: async () => {}, showing: () => null }, obstacleOf: async () => null };

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
