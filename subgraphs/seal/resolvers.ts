import { batchReference, batchResolver } from '../../kernel/batched.ts';
import { dateTimeFromMs } from '../../kernel/standards/dateTime.ts';
import type { Context } from './context.ts';
import { authorizationFor, subjectKeysOf } from './datasource.ts';
import { requestHandwrittenSignature, requestSignature } from './upstream/requests.ts';
import type { Resolvers } from './resolvers.generated.ts';
import { verifySignedFile, verifyTask } from './upstream/signedFiles.ts';

export const resolvers = {
  Query: {
    seal: (_, { id }, { seals }) => seals.load(id),
    signingRequest: (_, { id }, { tasks }) => tasks.load(id),
    verifySignedFile: (_, args, context) => verifySignedFile(args, context),
  },
  Mutation: {
    requestSignature: (_, args, context) => requestSignature(args, context),
    requestHandwrittenSignature: (_, args, context) => requestHandwrittenSignature(args, context),
  },
  Seal: {
    __resolveReference: batchReference(
      ({ seals }: Context) => seals,
      ({ id }: { id: string }) => id,
    ),
    organization: ({ uscc }) => ({ uscc }),
  },
  Organization: {
    seals: batchResolver(
      ({ sealPages }: Context) => sealPages,
      ({ uscc }, page) => ({ uscc, ...page }),
    ),
  },
  SigningRequest: {
    __resolveReference: batchReference(
      ({ tasks }: Context) => tasks,
      ({ id }: { id: string }) => id,
    ),
    subjectKeys: (task, _, { request }) => subjectKeysOf(task, request),
    seal: ({ sealId }, _, { seals }) => (sealId === null ? null : seals.load(sealId)),
    authorizationUrl: (task, _, { request }) => authorizationFor(task, request)?.url ?? null,
    authorizationExpiresAt: (task, _, { request }) => authorizationFor(task, request)?.expiresAt ?? null,
    verification: (task, _, context) => verifyTask(task, context),
  },
  SealSignature: {
    organization: ({ uscc }) => (uscc === null ? null : { uscc }),
    signedAt: ({ signedAtMs }) => (signedAtMs === null ? null : dateTimeFromMs(signedAtMs)),
  },
  SignatureResult: {
    __resolveType: (result) => ('reason' in result ? 'SignatureRefused' : 'SigningRequest'),
  },
} satisfies Resolvers;
