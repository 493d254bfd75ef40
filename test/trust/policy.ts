// Written by hand from what is promised, and from nothing that the gateway is made of: the oracle of the metamorphic test.

/** What a caller is to whom an object is about. */
export type Relation = 'own' | 'concerned' | 'other' | 'nobody' | 'unknown';

/** `full`, `masked`, or the code of the error in the value's place. */
export type Outcome = string;

interface Field {
  readonly level: 3 | 4;
  readonly canBeMasked: boolean;
  /** Whether the purpose `statutory-duty` opens it; `case-handling` and `own-records` open every field. */
  readonly byStatute: boolean;
}

const field = (level: 3 | 4, canBeMasked: boolean, byStatute: boolean): Field => ({ level, canBeMasked, byStatute });

/** Every field of the district that is personal; of those that lead to objects, that they are there. */
export const PERSONAL: Readonly<Record<string, Field>> = {
  'Person.name': field(3, true, true),
  'Person.contact': field(3, true, true),
  'Person.birth': field(3, false, true),
  'Person.number': field(4, true, true),
  'Person.secret': field(4, false, true),
  'Person.summary': field(3, false, false),
  'Person.permitCount': field(3, false, false),
  'Person.home': field(3, false, true),
  'Home.line': field(3, true, true),
  'Company.contact': field(3, true, true),
  'Permit.title': field(3, false, false),
  'Permit.number': field(3, true, false),
  'Permit.words': field(3, true, false),
  'Permit.holders': field(3, false, false),
  'Remark.text': field(3, false, false),
  'Fee.amount': field(3, false, true),
};

/** Those that tell what a case is about, which an official sees of those that are not his, too. */
const OF_CASES = ['Person.summary', 'Permit.words', 'Remark.text'];

/** The fields by which types say whom their objects are about; objects of the other types are about the same as the one above. */
export const SUBJECTS: Readonly<Record<string, string>> = { Person: 'personKey', Company: 'uscc', Permit: 'subjectKeys' };

export interface CallerRow {
  readonly caller: string;
  /** Whom he is, as subjects. */
  readonly is: readonly string[];
  /** Whom his case is about; absent: his duty is no single case’s. */
  readonly handles?: readonly string[];
  readonly outcome: (relation: Relation, coordinate: string, about: Field) => Outcome;
}

const always: Readonly<Partial<Record<Relation, Outcome>>> = { unknown: 'FORBIDDEN', nobody: 'full', own: 'full' };

const simple =
  (other: Outcome): CallerRow['outcome'] =>
  (relation) =>
    always[relation] ?? other;

const officially = ({ level, canBeMasked }: Field): Outcome => (level === 3 ? 'full' : canBeMasked ? 'masked' : 'PURPOSE_DENIED');

/** What the application's grant opens. */
export const GRANT: Readonly<Record<string, 'full' | 'masked'>> = {
  'Person.name': 'masked',
  'Person.birth': 'masked',
  'Person.number': 'full',
  'Permit.title': 'full',
  'Permit.words': 'masked',
  'Permit.holders': 'full',
  'Person.home': 'masked',
  'Fee.amount': 'masked',
};

const byGrant = (coordinate: string, { canBeMasked }: Field): Outcome => {
  const granted = GRANT[coordinate];
  return granted === 'full' || (granted === 'masked' && canBeMasked) ? granted : 'PURPOSE_DENIED';
};

export const CALLERS: readonly CallerRow[] = [
  { caller: 'nobody signed in', is: [], outcome: simple('UNAUTHENTICATED') },
  { caller: 'citizen A', is: ['RESIDENT_ID:A'], outcome: simple('FORBIDDEN') },
  { caller: 'citizen B', is: ['RESIDENT_ID:B'], outcome: simple('FORBIDDEN') },
  { caller: 'agent of K', is: ['RESIDENT_ID:C', '91441400MA4UXXXXXX'], outcome: simple('FORBIDDEN') },
  {
    caller: 'citizen A for a statutory duty',
    is: ['RESIDENT_ID:A'],
    outcome: (relation, _, { byStatute }) =>
      relation === 'own' || relation === 'nobody' ? (byStatute ? 'full' : 'PURPOSE_DENIED') : 'FORBIDDEN',
  },
  { caller: 'official without a purpose', is: ['RESIDENT_ID:Z'], outcome: simple('PURPOSE_REQUIRED') },
  {
    caller: 'official for a case that he does not name',
    is: ['RESIDENT_ID:Z'],
    outcome: (relation, coordinate) => always[relation] ?? (OF_CASES.includes(coordinate) ? 'full' : 'PURPOSE_REQUIRED'),
  },
  { caller: 'official with a case of others', is: ['RESIDENT_ID:Z'], outcome: simple('PURPOSE_DENIED') },
  { caller: 'official for his own records', is: ['RESIDENT_ID:C'], outcome: simple('PURPOSE_DENIED') },
  {
    caller: 'official with a case',
    is: ['RESIDENT_ID:Z'],
    handles: ['RESIDENT_ID:A', '91441400MA4UXXXXXX'],
    outcome: (relation, coordinate, about) =>
      always[relation] ?? (relation === 'concerned' || OF_CASES.includes(coordinate) ? officially(about) : 'PURPOSE_DENIED'),
  },
  {
    caller: 'official with a case under a statute',
    is: ['RESIDENT_ID:Z'],
    outcome: (relation, _, about) =>
      relation === 'unknown' ? 'FORBIDDEN' : !about.byStatute ? 'PURPOSE_DENIED' : (always[relation] ?? officially(about)),
  },
  {
    caller: 'application without a grant',
    is: [],
    outcome: (relation) => (relation === 'unknown' ? 'FORBIDDEN' : 'PURPOSE_DENIED'),
  },
  {
    caller: 'application with a grant',
    is: [],
    outcome: (relation, coordinate, about) => (relation === 'unknown' ? 'FORBIDDEN' : byGrant(coordinate, about)),
  },
  {
    caller: 'application with a grant and a case',
    is: [],
    handles: ['RESIDENT_ID:B'],
    outcome: (relation, coordinate, about) =>
      relation === 'unknown'
        ? 'FORBIDDEN'
        : relation === 'other' && !OF_CASES.includes(coordinate)
          ? 'PURPOSE_DENIED'
          : byGrant(coordinate, about),
  },
];

/** What masks make of the district's values. */
export const MASKED: Readonly<Record<string, string>> = {
  张三丰: '张**',
  李四: '李*',
  王五: '王*',
  '13800000001': '138****0001',
  '13800000002': '138****0002',
  '07530000000': '*******0000',
  '441402198001010011': '441402**********11',
  '441402198202020022': '441402**********22',
  广东省梅州市梅江区一路1号: '广东省梅州市梅江区******',
  广东省梅州市梅江区二路2号: '广东省梅州市梅江区******',
  JY0001: 'J****1',
  JH0003: 'J****3',
  GG0004: 'G****4',
  WZ0005: 'W****5',
  张三: '张*',
  欧阳修文: '欧阳**',
  某: '*',
  谁: '*',
};
