import { batchResolver } from '../../kernel/batched.ts';
import type { PageArguments } from '../../kernel/connection.ts';
import { CATEGORY_WORDS, KIND_WORDS, purposeWords, SELF_WORDS, type Words } from '../../kernel/ledger/words.ts';
import { dateTimeFromMs } from '../../kernel/standards/dateTime.ts';
import { isValidOrganisationCode } from '../../kernel/standards/organisationCode.ts';
import { parseUscc } from '../../kernel/standards/uscc.ts';
import type { AccessTermModel, Context } from './context.ts';
import type { AccessRecord } from './datasource.ts';
import type { Resolvers } from './resolvers.generated.ts';
import type { EntryFacts } from './upstream.ts';

const recordsOf = <Parent>(subject: (parent: Parent) => string) =>
  batchResolver(
    ({ records }: Context) => records,
    (parent: Parent, { first, after }: PageArguments) => ({
      subject: subject(parent),
      first: first ?? null,
      after: after ?? null,
    }),
  );

/** A code with its words; a code that has none any more speaks for itself. */
const termOf = (code: string, words: Readonly<Record<string, Words>>): AccessTermModel => ({
  code,
  ...(Object.hasOwn(words, code) && words[code] ? words[code] : { zh: code, en: code }),
});

const categories = (codes: readonly string[]) => {
  const terms = codes.map((code) => termOf(code, CATEGORY_WORDS));
  return { codes: [...codes], zh: terms.map(({ zh }) => zh), en: terms.map(({ en }) => en) };
};

const isSelf = ({ actor }: EntryFacts, { ownName }: Context): boolean => actor !== null && actor === ownName;

const KNOWN_CASE = /^\d{29,30}$/;

export const resolvers = {
  Person: {
    __resolveReference: ({ personKey }) => ({ personKey }),
    accessRecords: recordsOf(({ personKey }: { readonly personKey: string }) => personKey),
  },
  Organization: {
    __resolveReference: ({ uscc }) => ({ uscc }),
    accessRecords: recordsOf(({ uscc }: { readonly uscc: string }) => uscc),
  },
  AccessRecord: {
    id: ({ entry }) => String(entry.sequence),
    at: ({ entry }) => dateTimeFromMs(entry.atMs),
    event: ({ facts }) => facts.event,
    actor: ({ facts }) => (facts.kind === null ? null : facts),
    purpose: ({ facts: { purpose } }) => (purpose === null ? null : { code: purpose, ...purposeWords(purpose) }),
    legalBasis: ({ facts }) => facts.legalBasis,
    itemCode: ({ facts }) => facts.itemCode,
    item: ({ facts: { itemCode } }) => (itemCode === null ? null : { code: itemCode }),
    caseNumber: ({ facts }) => facts.caseNumber,
    case: ({ facts: { caseNumber } }) => (caseNumber !== null && KNOWN_CASE.test(caseNumber) ? { id: caseNumber } : null),
    shown: ({ facts }) => categories(facts.shown),
    masked: ({ facts }) => categories(facts.masked),
    denied: ({ facts }) => categories(facts.denied),
    systems: ({ facts }) => [...facts.systems],
    operationName: ({ facts }) => facts.operationName,
    requestId: ({ facts }) => facts.request,
    proof: batchResolver(
      ({ proofs }: Context) => proofs,
      ({ entry }: AccessRecord) => entry,
    ),
  },
  AccessActor: {
    kind: (facts, _, context) => {
      const code = facts.kind ?? '';
      return facts.kind === 'PERSON' && isSelf(facts, context) ? { code, ...SELF_WORDS } : termOf(code, KIND_WORDS);
    },
    isSelf: (facts, _, context) => isSelf(facts, context),
    departmentCode: ({ department }) => department,
    department: ({ department }) => (department !== null && isValidOrganisationCode(department) ? { code: department } : null),
    onBehalfOf: ({ kind, onBehalfOf }) => {
      const uscc = kind === 'AGENT' && onBehalfOf !== null ? parseUscc(onBehalfOf) : null;
      return uscc === null ? null : { uscc };
    },
  },
  AccessProof: {
    leafIndex: ({ entry }) => String(entry.sequence),
    treeSize: ({ treeSize }) => String(treeSize),
    auditPath: ({ auditPath }) => auditPath.map((hash) => hash.toString('base64')),
    salt: ({ entry }) => entry.salt.toString('base64'),
    entry: ({ entry }) => entry.text,
    keys: ({ keys }) => [...keys],
  },
} satisfies Resolvers;
