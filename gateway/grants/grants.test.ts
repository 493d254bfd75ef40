import { afterEach, describe, expect, test } from '@jest/globals';
import { manualClock } from '../../kernel/clock.ts';
import { ServiceError } from '../../kernel/errors.ts';
import { openLedger, type LedgerRecord } from '../../kernel/ledger/ledger.ts';
import { openState, type State } from '../../kernel/state.ts';
import type { RegisteredField } from '../disclosure/register.ts';
import type { NewGrant } from './grant.ts';
import { openGrants, type GrantChange, type Grants } from './grants.ts';
import { byOffice, PERSONS_PER_DAY_OF_OFFICIAL } from './byOffice.ts';

const START_MS = Date.parse('2026-03-02T23:59:30+08:00');
const YEAR_MS = 365 * 24 * 3_600_000;
const ANNA = 'RESIDENT_ID:441402199001011234';
const BEN = 'RESIDENT_ID:441402199002022345';

const GRANT: NewGrant = {
  id: 'aid',
  application: 'civil-affairs',
  purpose: 'statutory-duty',
  basis: 'STATUTORY_DUTY',
  citation: '示例条例第一条 · Example Act, article 1',
  fields: { 'Person.name': 'full' },
  personsPerDay: 10,
  deferredDays: 0,
  expiresAtMs: START_MS + YEAR_MS,
};

const databaseUrl = process.env['DATABASE_URL'] ?? null;
const DIALECTS = [
  { name: 'SQLite', open: () => openState({ dataDir: null, databaseUrl: null }) },
  // PostgreSQL is tried where the environment names one.
  ...(databaseUrl ? [{ name: 'PostgreSQL', open: () => openState({ dataDir: null, databaseUrl }) }] : []),
];
const TABLES = ['consent', 'grant', 'day', 'person', 'client', 'key', 'migration', 'migration_lock'];

/** Keeps what is appended, or cannot when it is told so. */
const notebook = () => {
  const records: LedgerRecord[] = [];
  const book = {
    records,
    isBroken: false,
    append: async (added: readonly LedgerRecord[]): Promise<void> => {
      if (book.isBroken) throw new ServiceError('LEDGER_UNAVAILABLE', 'The access cannot be recorded now.');
      records.push(...added);
    },
  };
  return book;
};

describe.each(DIALECTS)('grants in $name', ({ open }) => {
  const states: State[] = [];
  const opened = (): State => {
    const state = open();
    states.push(state);
    return state;
  };
  afterEach(async () => {
    for (const table of TABLES) await states[0]?.db().schema.dropTable(`access_${table}`).ifExists().execute();
    await Promise.all(states.splice(0).map((state) => state.close()));
  });
  const start = async () => {
    const [state, ledger, clock] = [opened(), notebook(), manualClock(START_MS)];
    return { state, ledger, clock, grants: await openGrants({ state, ledger, clock }) };
  };
  const idsOf = async (grants: Grants, application = 'civil-affairs', purpose = 'statutory-duty'): Promise<string[]> =>
    (await grants.of(application, purpose)).map(({ id }) => id);

  test('a grant opens to its application and for its purpose alone', async () => {
    const { grants } = await start();
    await grants.add(GRANT, 'tester');
    expect(await grants.of('civil-affairs', 'statutory-duty')).toEqual([{ ...GRANT, status: 'ACTIVE' }]);
    expect(await idsOf(grants, 'civil-affairs', 'case-handling')).toEqual([]);
    expect(await idsOf(grants, 'another', 'statutory-duty')).toEqual([]);
  });

  test('a grant ends when it expires, also where it is remembered', async () => {
    const { grants, clock } = await start();
    await grants.add({ ...GRANT, expiresAtMs: START_MS + 10_000 }, 'tester');
    expect(await idsOf(grants)).toEqual(['aid']);
    clock.advance(10_000);
    expect(await idsOf(grants)).toEqual([]);
  });

  test('a suspension is felt within 30 s, and so is what ends it', async () => {
    const { grants, clock } = await start();
    await grants.add(GRANT, 'tester');
    expect(await idsOf(grants)).toEqual(['aid']);
    await grants.change('aid', 'suspend', 'tester');
    clock.advance(30_000);
    expect(await idsOf(grants)).toEqual([]);
    await grants.change('aid', 'resume', 'tester');
    clock.advance(30_000);
    expect(await idsOf(grants)).toEqual(['aid']);
    await grants.change('aid', 'revoke', 'tester');
    clock.advance(30_000);
    expect(await idsOf(grants)).toEqual([]);
  });

  test.each<{ after: GrantChange[]; change: GrantChange }>([
    { after: [], change: 'resume' },
    { after: ['suspend'], change: 'suspend' },
    { after: ['revoke'], change: 'resume' },
    { after: ['revoke'], change: 'suspend' },
  ])('after $after a grant cannot be changed by $change', async ({ after, change }) => {
    const { grants, ledger } = await start();
    await grants.add(GRANT, 'tester');
    for (const before of after) await grants.change('aid', before, 'tester');
    const entries = ledger.records.length;
    await expect(grants.change('aid', change, 'tester')).rejects.toMatchObject({ code: 'CONFLICT' });
    await expect(grants.add(GRANT, 'tester')).rejects.toMatchObject({ code: 'CONFLICT' });
    await expect(grants.change('other', change, 'tester')).rejects.toMatchObject({ code: 'BAD_USER_INPUT' });
    expect(ledger.records).toHaveLength(entries);
  });

  test('each change is an entry about nobody, with who made it', async () => {
    const { grants, ledger } = await start();
    await grants.add(GRANT, 'tester');
    await grants.change('aid', 'suspend', 'another');
    await grants.clients.setOperations('civil-affairs', 'enforce', 'tester');
    expect(ledger.records).toEqual([
      { subject: null, visibleFromMs: null, facts: { event: 'GRANT_CHANGED', change: 'add', by: 'tester', grant: GRANT } },
      { subject: null, visibleFromMs: null, facts: { event: 'GRANT_CHANGED', change: 'suspend', by: 'another', grant: GRANT } },
      {
        subject: null,
        visibleFromMs: null,
        facts: { event: 'CLIENT_CHANGED', by: 'tester', application: 'civil-affairs', operations: 'enforce' },
      },
    ]);
  });

  test('what cannot be recorded does not happen', async () => {
    const { grants, ledger } = await start();
    const consented: NewGrant = { ...GRANT, id: 'consented', basis: 'CONSENT' };
    await grants.add(GRANT, 'tester');
    await grants.add(consented, 'tester');
    ledger.isBroken = true;
    const unavailable = { code: 'LEDGER_UNAVAILABLE' };
    await expect(grants.add({ ...GRANT, id: 'second' }, 'tester')).rejects.toMatchObject(unavailable);
    await expect(grants.change('aid', 'revoke', 'tester')).rejects.toMatchObject(unavailable);
    await expect(grants.clients.setOperations('civil-affairs', 'enforce', 'tester')).rejects.toMatchObject(unavailable);
    const grant = await grants.find('consented');
    await expect(grants.consents.give(grant, ANNA)).rejects.toMatchObject(unavailable);
    expect((await grants.list()).map(({ id, status }) => [id, status])).toEqual([
      ['aid', 'ACTIVE'],
      ['consented', 'ACTIVE'],
    ]);
    expect(await grants.clients.operations('civil-affairs')).toBeNull();
    expect(await grants.consents.standing(grant, [ANNA])).toEqual(new Set());
  });

  test('how an application’s operations are treated is remembered for 30 s', async () => {
    const { grants, clock } = await start();
    expect(await grants.clients.operations('civil-affairs')).toBeNull();
    await grants.clients.setOperations('civil-affairs', 'warn', 'tester');
    await grants.clients.setOperations('civil-affairs', 'enforce', 'tester');
    expect(await grants.clients.operations('civil-affairs')).toBeNull();
    clock.advance(30_000);
    expect(await grants.clients.operations('civil-affairs')).toBe('enforce');
  });

  describe('a consent', () => {
    const consented: NewGrant = { ...GRANT, basis: 'CONSENT' };

    test('opens the person who gave it, until he withdraws it, and again when he gives it anew', async () => {
      const { grants, ledger, clock } = await start();
      await grants.add(consented, 'tester');
      const grant = await grants.find('aid');
      const standing = () => grants.consents.standing(grant, [ANNA, BEN]);
      expect(await standing()).toEqual(new Set());
      await grants.consents.give(grant, ANNA);
      await grants.consents.give(grant, ANNA);
      expect(await standing()).toEqual(new Set([ANNA]));
      clock.advance(1);
      await grants.consents.withdraw(grant, ANNA);
      expect(await standing()).toEqual(new Set());
      await grants.consents.give(grant, ANNA);
      expect(await standing()).toEqual(new Set([ANNA]));
      const told = ledger.records.slice(1).map(({ subject, facts }) => [subject, facts['change']]);
      expect(told).toEqual([
        [ANNA, 'GIVEN'],
        [ANNA, 'WITHDRAWN'],
        [ANNA, 'GIVEN'],
      ]);
    });

    test('is for one grant and asked for no statutory duty', async () => {
      const { grants } = await start();
      await grants.add(consented, 'tester');
      await grants.add({ ...consented, id: 'other' }, 'tester');
      await grants.add({ ...GRANT, id: 'duty' }, 'tester');
      await grants.consents.give(await grants.find('aid'), ANNA);
      expect(await grants.consents.standing(await grants.find('other'), [ANNA])).toEqual(new Set());
      await expect(grants.consents.give(await grants.find('duty'), ANNA)).rejects.toMatchObject({ code: 'CONFLICT' });
    });

    test('leaves no person in the tables', async () => {
      const { grants, state } = await start();
      await grants.add(consented, 'tester');
      await grants.consents.give(await grants.find('aid'), ANNA);
      await grants.usage.count(new Map([[await grants.find('aid'), [ANNA]]]));
      const db = state.db<Record<string, object>>();
      const rows = [
        ...(await db.selectFrom('access_consent').selectAll().execute()),
        ...(await db.selectFrom('access_person').selectAll().execute()),
      ];
      expect(rows).toHaveLength(2);
      expect(JSON.stringify(rows)).not.toContain('4414021990');
    });
  });

  describe('the persons of a day', () => {
    const persons = (from: number, count: number): string[] => Array.from({ length: count }, (_, at) => `PERSON:${from + at}`);

    test('are counted once each, up to the quota; who was shown is shown again', async () => {
      const { grants } = await start();
      await grants.add(GRANT, 'tester');
      const grant = await grants.find('aid');
      for (let round = 0; round < 3; round += 1)
        await grants.usage.count(new Map([[grant, [...persons(0, 10), ...persons(0, 10)]]]));
      await expect(grants.usage.count(new Map([[grant, persons(9, 2)]]))).rejects.toMatchObject({ code: 'RATE_LIMITED' });
      await grants.usage.count(new Map([[grant, persons(0, 10)]]));
    });

    test('who are refused are not counted', async () => {
      const { grants } = await start();
      await grants.add(GRANT, 'tester');
      const grant = await grants.find('aid');
      await expect(grants.usage.count(new Map([[grant, persons(0, 11)]]))).rejects.toMatchObject({ code: 'RATE_LIMITED' });
      await grants.usage.count(new Map([[grant, persons(100, 10)]]));
    });

    test('who are refused by one grant are counted on no other', async () => {
      const { grants } = await start();
      await grants.add(GRANT, 'tester');
      await grants.add({ ...GRANT, id: 'zero', personsPerDay: 1 }, 'tester');
      const [grant, narrow] = [await grants.find('aid'), await grants.find('zero')];
      const both = new Map([
        [narrow, persons(0, 2)],
        [grant, persons(0, 10)],
      ]);
      await expect(grants.usage.count(both)).rejects.toMatchObject({ code: 'RATE_LIMITED' });
      await grants.usage.count(new Map([[grant, persons(100, 10)]]));
      await grants.usage.count(new Map([[narrow, persons(0, 1)]]));
    });

    test('of an official are a thousand, each as often as he likes; another official has his own', async () => {
      const { grants } = await start();
      const field = { coordinate: 'Person.name', sensitivity: 3 } as RegisteredField;
      const settled = async (staffId: string, shown: readonly string[]): Promise<void> => {
        const granting = byOffice(staffId, grants.usage);
        for (const person of shown) expect(granting.showing(field, [person])).toBe('full');
        await granting.settle();
      };
      for (let round = 0; round < 2; round += 1) await settled('one', persons(0, PERSONS_PER_DAY_OF_OFFICIAL));
      await expect(settled('one', persons(PERSONS_PER_DAY_OF_OFFICIAL, 1))).rejects.toMatchObject({ code: 'RATE_LIMITED' });
      await settled('another', persons(PERSONS_PER_DAY_OF_OFFICIAL, 1));
    });

    test('begin anew at midnight in Beijing, which is when to come back', async () => {
      const { grants, clock } = await start();
      await grants.add(GRANT, 'tester');
      const grant = await grants.find('aid');
      await grants.usage.count(new Map([[grant, persons(0, 10)]]));
      const refused = grants.usage.count(new Map([[grant, persons(10, 1)]]));
      await expect(refused).rejects.toMatchObject({ extensions: { code: 'RATE_LIMITED', retryAfter: 30 } });
      clock.advance(30_000);
      await grants.usage.count(new Map([[grant, persons(10, 10)]]));
    });

    test('are forgotten after the next day', async () => {
      const { grants, clock, state } = await start();
      await grants.add(GRANT, 'tester');
      const grant = await grants.find('aid');
      for (let day = 0; day < 4; day += 1) {
        await grants.usage.count(new Map([[grant, persons(0, 5)]]));
        clock.advance(24 * 3_600_000);
      }
      const rows = await state.db<{ access_person: { day: string } }>().selectFrom('access_person').select('day').execute();
      expect([...new Set(rows.map(({ day }) => day))].sort()).toEqual(['2026-03-04', '2026-03-05']);
    });

    test('are never more than the quota, however many ask at once, in PostgreSQL from two processes', async () => {
      const { grants, clock, state } = await start();
      await grants.add(GRANT, 'tester');
      const grant = await grants.find('aid');
      const other = state.dialect === 'postgres' ? await openGrants({ state: opened(), ledger: notebook(), clock }) : grants;
      const outcomes = await Promise.allSettled(
        Array.from({ length: 60 }, (_, at) =>
          (at % 2 === 0 ? grants : other).usage.count(new Map([[grant, persons(Math.floor(at / 3), 1)]])),
        ),
      );
      const refusals = outcomes.filter((outcome) => outcome.status === 'rejected');
      expect(refusals.every(({ reason }) => (reason as ServiceError).code === 'RATE_LIMITED')).toBe(true);
      const rows = await state.db<{ access_person: { person: string } }>().selectFrom('access_person').selectAll().execute();
      expect(rows).toHaveLength(10);
      const [day] = await state.db<{ access_day: { persons: number } }>().selectFrom('access_day').selectAll().execute();
      expect(day?.persons).toBe(10);
      // Each of the ten was asked for three times and shown each time or, while others were counted, never.
      expect(outcomes.length - refusals.length).toBeGreaterThanOrEqual(10);
    });
  });
});

test('the ledger keeps a grant’s change among its proven entries', async () => {
  const state = openState({ dataDir: null, databaseUrl: null });
  try {
    const clock = manualClock(START_MS);
    const ledger = await openLedger(state, clock);
    const grants = await openGrants({ state, ledger, clock });
    await grants.add({ ...GRANT, basis: 'CONSENT' }, 'tester');
    await grants.consents.give(await grants.find('aid'), ANNA);
    expect((await ledger.head()).size).toBe(2);
    const { entries } = await ledger.ofSubject(ANNA, { before: null, size: 10 });
    expect(entries.map(({ text }) => JSON.parse(text))).toMatchObject([
      { event: 'CONSENT_CHANGED', change: 'GIVEN', grant: 'aid' },
    ]);
  } finally {
    await state.close();
  }
});
