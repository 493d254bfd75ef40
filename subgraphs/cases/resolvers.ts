import { batchReference, batchResolver } from '../../kernel/batched.ts';
import type { PageArguments } from '../../kernel/connection.ts';
import type { CaseModel, Context } from './context.ts';
import type { Resolvers } from './resolvers.generated.ts';
import type { FoldedCase } from './upstream/fold.ts';

const page = ({ first, after }: PageArguments): PageArguments => ({ first: first ?? null, after: after ?? null });

export const resolvers = {
  Query: {
    case: (_, { id }, { cases }) => cases.load(id),
    casesToHandle: (_, args, { workLists }) => workLists.load(page(args)),
  },
  Subscription: {
    caseChanged: {
      subscribe: (_, { id }, { changes }) => changes(id),
      resolve: (found: FoldedCase, _: unknown, { changed }: Context) => changed(found),
    },
  },
  Case: {
    __resolveReference: batchReference(
      ({ cases }: Context) => cases,
      ({ id }: { id: string }) => id,
    ),
    previous: batchResolver(
      ({ previousCases }: Context) => previousCases,
      (repeat: CaseModel) => repeat,
    ),
  },
  Person: {
    __resolveReference: ({ personKey }) => ({ personKey }),
    cases: batchResolver(
      ({ casesOfOwners }: Context) => casesOfOwners,
      ({ personKey }: { personKey: string }, args: PageArguments) => ({ personKey, ...page(args) }),
    ),
  },
  Organization: {
    __resolveReference: ({ uscc }) => ({ uscc }),
    cases: batchResolver(
      ({ casesOfOwners }: Context) => casesOfOwners,
      ({ uscc }: { uscc: string }, args: PageArguments) => ({ uscc, ...page(args) }),
    ),
  },
  StaffMember: {
    __resolveReference: ({ staffId }) => ({ staffId }),
    cases: batchResolver(
      ({ workLists }: Context) => workLists,
      ({ staffId }: { staffId: string }, args: PageArguments) => ({ staffId, ...page(args) }),
    ),
  },
} satisfies Resolvers;
