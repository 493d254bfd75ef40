import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { foldCase, type FoldedCase } from './fold.ts';
import type { CaseMessage } from './messages.ts';

const NUMBER = '44140220240506000000000000017';

const envelope = {
  part: '',
  version: 1,
  at: '2024-05-06T09:00:00+08:00',
  changedAt: null,
  isWithdrawn: false,
  department: { code: null, name: null },
  officer: null,
} as const;

const applied: CaseMessage = {
  ...envelope,
  kind: 'APPLICATION',
  itemCode: null,
  itemName: '转移登记',
  project: null,
  applicant: { kind: 'PERSON', name: '梁秀梅', certificate: null },
  contact: { name: null, certificate: null },
  channel: 'PC',
  divisionCode: null,
  previousNumber: null,
};
const preAccepted = (outcome: 'ACCEPTED' | 'REFUSED' | 'SUPPLEMENT' = 'ACCEPTED'): CaseMessage => ({
  ...envelope,
  kind: 'PRE_ACCEPTANCE',
  outcome,
  note: null,
});
const accepted = (
  outcome: 'ACCEPTED' | 'REFUSED' | 'SUPPLEMENT' = 'ACCEPTED',
  at = '2024-05-07T09:00:00+08:00',
): CaseMessage => ({
  ...envelope,
  at,
  kind: 'ACCEPTANCE',
  outcome,
  note: null,
  promisedWorkingDays: 5,
});
const reviewed = (stage: 'HANDLING' | 'CHECKING' | 'APPROVAL', at = '2024-05-08T09:00:00+08:00'): CaseMessage => ({
  ...envelope,
  at,
  part: { HANDLING: '1', CHECKING: '2', APPROVAL: '3' }[stage],
  kind: 'REVIEW',
  stage,
  stageName: null,
  opinion: null,
});
const asked = (at: string, part = 'BJ1'): CaseMessage => ({ ...envelope, at, part, kind: 'SUPPLEMENT_NOTICE', note: '缺页' });
const received = (at: string | null, part = 'BJ1'): CaseMessage => ({
  ...envelope,
  at,
  part,
  kind: 'SUPPLEMENT_RECEIPT',
  note: null,
});
const started = (at: string, part = '1'): CaseMessage => ({
  ...envelope,
  at,
  part,
  kind: 'PROCEDURE_START',
  procedure: 'STATUTORY_PROCEDURE',
  note: null,
});
const ended = (at: string, part = '1'): CaseMessage => ({ ...envelope, at, part, kind: 'PROCEDURE_END', note: null });
const decided = (outcome: NonNullable<FoldedCase['decision']>['outcome']): CaseMessage => ({
  ...envelope,
  at: '2024-05-20T09:00:00+08:00',
  kind: 'DECISION',
  decision: {
    outcome,
    description: null,
    certificateName: null,
    certificateNumber: null,
    validUntil: null,
    issuer: null,
    feeFen: null,
  },
});
const collected: CaseMessage = { ...envelope, at: '2024-05-21T09:00:00+08:00', kind: 'COLLECTION' };
const material = (slot: string, md5: string, version = 1): CaseMessage => ({
  ...envelope,
  version,
  part: `${slot} ${md5}`,
  kind: 'MATERIAL',
  slot,
  material: { number: slot, name: slot, kind: null, electronic: null, copies: null, fileName: null, fileType: null, md5 },
});

const folded = (...messages: readonly CaseMessage[]): FoldedCase => {
  const found = foldCase(NUMBER, messages);
  if (!found) throw new Error('There is no case in these messages');
  return found;
};

describe('the state', () => {
  test.each([
    { told: 'the application', messages: [applied], state: 'SUBMITTED' },
    { told: 'a provisional acceptance', messages: [applied, preAccepted()], state: 'PRE_ACCEPTED' },
    { told: 'a provisional refusal', messages: [applied, preAccepted('REFUSED')], state: 'NOT_ACCEPTED' },
    { told: 'a provisional “supplement first”', messages: [applied, preAccepted('SUPPLEMENT')], state: 'SUPPLEMENT_REQUESTED' },
    { told: 'an acceptance', messages: [applied, preAccepted(), accepted()], state: 'ACCEPTED' },
    {
      told: 'an acceptance after a provisional refusal',
      messages: [applied, preAccepted('REFUSED'), accepted()],
      state: 'ACCEPTED',
    },
    { told: 'a refusal', messages: [applied, accepted('REFUSED')], state: 'NOT_ACCEPTED' },
    {
      told: 'a refusal that is also sent as a decision',
      messages: [applied, accepted('REFUSED'), decided('RETURNED')],
      state: 'NOT_ACCEPTED',
    },
    { told: '“supplement first”', messages: [applied, accepted('SUPPLEMENT')], state: 'SUPPLEMENT_REQUESTED' },
    {
      told: '“supplement first” and the supplement',
      messages: [applied, accepted('SUPPLEMENT'), received(null)],
      state: 'SUBMITTED',
    },
    { told: 'a review', messages: [applied, accepted(), reviewed('HANDLING')], state: 'IN_REVIEW' },
    { told: 'a review without acceptance', messages: [applied, reviewed('CHECKING')], state: 'IN_REVIEW' },
    {
      told: 'a notice to supplement',
      messages: [applied, accepted(), reviewed('HANDLING'), asked('2024-05-09T09:00:00+08:00')],
      state: 'SUPPLEMENT_REQUESTED',
    },
    {
      told: 'a notice and its receipt',
      messages: [applied, accepted(), asked('2024-05-09T09:00:00+08:00'), received('2024-05-10T09:00:00+08:00')],
      state: 'ACCEPTED',
    },
    {
      told: 'a receipt without its notice',
      messages: [applied, accepted(), received('2024-05-10T09:00:00+08:00')],
      state: 'ACCEPTED',
    },
    {
      told: 'a receipt of an earlier round',
      messages: [applied, accepted(), asked('2024-05-12T09:00:00+08:00'), received('2024-05-10T09:00:00+08:00')],
      state: 'SUPPLEMENT_REQUESTED',
    },
    {
      told: 'a special procedure',
      messages: [applied, accepted(), reviewed('HANDLING'), started('2024-05-09T09:00:00+08:00')],
      state: 'SUSPENDED',
    },
    {
      told: 'the end of another procedure',
      messages: [applied, accepted(), started('2024-05-09T09:00:00+08:00', '2'), ended('2024-05-10T09:00:00+08:00', '1')],
      state: 'SUSPENDED',
    },
    {
      told: 'a special procedure that ended',
      messages: [
        applied,
        accepted(),
        reviewed('HANDLING'),
        started('2024-05-09T09:00:00+08:00'),
        ended('2024-05-10T09:00:00+08:00'),
      ],
      state: 'IN_REVIEW',
    },
    { told: 'a certificate', messages: [applied, accepted(), decided('CERTIFIED')], state: 'DECIDED' },
    { told: 'a completion', messages: [applied, accepted(), decided('COMPLETED')], state: 'DECIDED' },
    { told: 'a return', messages: [applied, accepted(), decided('RETURNED')], state: 'DECIDED' },
    { told: 'a decision before everything else', messages: [decided('CERTIFIED')], state: 'DECIDED' },
    {
      told: 'a decision during a pause',
      messages: [applied, accepted(), started('2024-05-09T09:00:00+08:00'), decided('CERTIFIED')],
      state: 'DECIDED',
    },
    { told: 'a voiding', messages: [applied, decided('VOIDED')], state: 'VOID' },
    { told: 'a deletion', messages: [applied, decided('DELETED')], state: 'VOID' },
    { told: 'a forwarding', messages: [applied, accepted(), decided('FORWARDED')], state: 'FORWARDED' },
    { told: 'a supplement that never came', messages: [applied, accepted(), decided('SUPPLEMENT_MISSING')], state: 'WITHDRAWN' },
    { told: 'a collection', messages: [applied, accepted(), decided('CERTIFIED'), collected], state: 'COLLECTED' },
    { told: 'a collection without the decision', messages: [applied, accepted(), collected], state: 'COLLECTED' },
  ])('after $told: $state', ({ messages, state }) => {
    expect(folded(...messages).state).toBe(state);
  });
});

describe('versions', () => {
  test('the higher version replaces the lower one, the lower never the higher', () => {
    const right = { ...accepted(), version: 2 };
    const wrong = { ...accepted('REFUSED'), version: 1 };
    expect(folded(applied, right, wrong).state).toBe('ACCEPTED');
    expect(folded(applied, wrong, right).steps).toHaveLength(2);
    expect(folded(applied, wrong).state).toBe('NOT_ACCEPTED');
  });

  test('of one version the row written last counts', () => {
    const early = { ...accepted('REFUSED'), changedAt: '2024-05-07T10:00:00+08:00' };
    const late = { ...accepted(), changedAt: '2024-05-07T11:00:00+08:00' };
    expect(folded(applied, late, early).state).toBe('ACCEPTED');
  });

  test('stages of review are versioned each for itself', () => {
    const messages = [applied, { ...reviewed('HANDLING'), version: 3 }, reviewed('CHECKING')];
    expect(folded(...messages).steps.map(({ kind, version }) => [kind, version])).toEqual([
      ['APPLICATION', 1],
      ['HANDLING', 3],
      ['CHECKING', 1],
    ]);
  });

  test('a message that was taken back was never sent, and one sent again afterwards was', () => {
    const sent = { ...decided('COMPLETED'), changedAt: '2024-05-20T09:00:00+08:00' };
    const takenBack = { ...sent, isWithdrawn: true };
    expect(folded(applied, takenBack, sent).state).toBe('SUBMITTED');
    expect(folded(applied, sent, takenBack, { ...sent, version: 2 }).state).toBe('DECIDED');
  });

  test('without any valid message there is no case', () => {
    expect(foldCase(NUMBER, [])).toBeNull();
    expect(foldCase(NUMBER, [applied, { ...applied, isWithdrawn: true }])).toBeNull();
    expect(foldCase(NUMBER, [applied])).not.toBeNull();
  });
});

describe('steps', () => {
  test('stand in the order of handling, even when a sender’s clock is wrong', () => {
    const early = { ...decided('CERTIFIED'), at: '2024-05-01T09:00:00+08:00' };
    const messages = [
      collected,
      early,
      reviewed('APPROVAL', '2024-05-09T09:00:00+08:00'),
      reviewed('HANDLING'),
      accepted(),
      preAccepted(),
      applied,
    ];
    expect(folded(...messages).steps.map(({ kind }) => kind)).toEqual([
      'APPLICATION',
      'PRE_ACCEPTANCE',
      'ACCEPTANCE',
      'HANDLING',
      'APPROVAL',
      'DECISION',
      'COLLECTION',
    ]);
  });

  test('a supplement stands before the acceptance when it came before, else among the reviews', () => {
    const kinds = (at: string) => folded(applied, accepted(), reviewed('HANDLING'), asked(at)).steps.map(({ kind }) => kind);
    expect(kinds('2024-05-06T12:00:00+08:00')).toEqual(['APPLICATION', 'SUPPLEMENT_NOTICE', 'ACCEPTANCE', 'HANDLING']);
    expect(kinds('2024-05-09T12:00:00+08:00')).toEqual(['APPLICATION', 'ACCEPTANCE', 'HANDLING', 'SUPPLEMENT_NOTICE']);
  });
});

describe('materials', () => {
  test('the same file twice is one, two files of one material are two', () => {
    expect(folded(applied, material('CL001', 'a'), material('CL001', 'a'), material('CL001', 'b')).materials).toHaveLength(2);
  });

  test('a higher version replaces all files of its material and no others', () => {
    const files = folded(
      applied,
      material('CL001', 'a'),
      material('CL001', 'b'),
      material('CL001', 'c', 2),
      material('CL002', 'd'),
    ).materials;
    expect(files.map(({ md5 }) => md5)).toEqual(['c', 'd']);
  });
});

// --- whatever arrives, in whatever order

const time = fc.constantFrom(null, '2024-05-06T09:00:00+08:00', '2024-05-07T09:00:00+08:00', '2024-05-08T09:00:00+08:00');
const anyMessage: fc.Arbitrary<CaseMessage> = fc
  .tuple(
    fc.constantFrom(
      applied,
      preAccepted('REFUSED'),
      preAccepted(),
      accepted(),
      accepted('SUPPLEMENT'),
      reviewed('HANDLING'),
      reviewed('APPROVAL'),
      asked('2024-05-09T09:00:00+08:00'),
      received('2024-05-10T09:00:00+08:00'),
      started('2024-05-11T09:00:00+08:00'),
      ended('2024-05-12T09:00:00+08:00'),
      decided('CERTIFIED'),
      decided('RETURNED'),
      collected,
      material('CL001', 'a'),
      material('CL001', 'b'),
    ),
    fc.record({ version: fc.integer({ min: 1, max: 3 }), at: time, changedAt: time, isWithdrawn: fc.boolean() }),
  )
  .map(([message, changes]) => ({ ...message, ...changes }));

test('any order and any repetition of messages folds to the same case', () => {
  fc.assert(
    fc.property(
      fc
        .array(anyMessage, { maxLength: 20 })
        .chain((messages) =>
          fc.tuple(
            fc.constant(messages),
            fc.shuffledSubarray(messages, { minLength: messages.length }),
            messages.length > 0 ? fc.array(fc.constantFrom(...messages), { maxLength: 10 }) : fc.constant([]),
          ),
        ),
      ([messages, shuffled, repeated]) => {
        expect(foldCase(NUMBER, [...repeated, ...shuffled])).toEqual(foldCase(NUMBER, messages));
      },
    ),
    { numRuns: 500 },
  );
});

test('a message below a known version of its kind and part changes nothing', () => {
  fc.assert(
    fc.property(fc.array(anyMessage, { maxLength: 15 }), anyMessage, (messages, message) => {
      const known = { ...message, version: 5 };
      const older = { ...message, version: 4, isWithdrawn: !message.isWithdrawn };
      expect(foldCase(NUMBER, [...messages, known, older])).toEqual(foldCase(NUMBER, [...messages, known]));
    }),
    { numRuns: 300 },
  );
});
