import { ApolloServer, type ApolloServerOptionsWithGateway, type ApolloServerPlugin } from '@apollo/server';
import {
  ApolloServerPluginCacheControlDisabled,
  ApolloServerPluginLandingPageDisabled,
  ApolloServerPluginUsageReportingDisabled,
} from '@apollo/server/plugin/disabled';
import { GraphQLError, type DocumentNode } from 'graphql';
import type { RequestContext } from '../kernel/context.ts';
import { ERROR_CODES, ServiceError, toServiceError, type ErrorCode } from '../kernel/errors.ts';
import type { Log } from '../kernel/log.ts';
import type { Engine } from './engine/engine.ts';
import { checkLimits, type Limits } from './engine/limits.ts';
import { formatError, internalErrorsTo } from './formatError.ts';
import { declaredPurpose } from './purpose.ts';
import type { GatewayContext } from './server.ts';
import { validator, type Validate } from './validation.ts';

interface ApolloOptions {
  readonly introspection: boolean;
  /** null: no bounds; for foreign supergraphs that are served open. */
  readonly limits: Limits | null;
  readonly log: Log;
}

/** Apollo Server with our engine behind its gateway slot. The schema object is its own: it wraps what it is given. */
export function createApollo(
  engine: Engine<RequestContext>,
  { introspection, limits, log }: ApolloOptions,
): ApolloServer<GatewayContext> {
  return new ApolloServer<GatewayContext>({
    gateway: gatewayOf(engine, limits, validator(engine.apiSchema, { introspection })),
    // Ours comes after the limits: some documents that can be parsed overflow the stack of a validator.
    dangerouslyDisableValidation: true,
    persistedQueries: false,
    allowBatchedHttpRequests: false,
    csrfPrevention: true,
    includeStacktraceInErrorResponses: false,
    stopOnTerminationSignals: false,
    parseOptions: limits ? { maxTokens: limits.maxTokens } : {},
    formatError,
    logger: log,
    plugins: [
      ApolloServerPluginCacheControlDisabled(),
      ApolloServerPluginLandingPageDisabled(),
      ApolloServerPluginUsageReportingDisabled(),
      internalErrorsTo(log),
      statusOfWholeFailures,
    ],
  });
}

const gatewayOf = (
  engine: Engine<RequestContext>,
  limits: Limits | null,
  validate: Validate,
): ApolloServerOptionsWithGateway<GatewayContext>['gateway'] => ({
  onSchemaLoadOrUpdate: (callback) => {
    callback({ apiSchema: engine.apiSchema, coreSupergraphSdl: engine.supergraphSdl });
    return () => {};
  },
  load: async () => ({
    executor: async ({ document, operation, request, context: contextValue }) => {
      // Apollo Server's types promise a context of any shape; this server makes only GatewayContext.
      const { request: context } = contextValue as unknown as GatewayContext;
      const variables = request.variables ?? {};
      // What the client named, also when the document has no such operation: the server's own field is null then, and the
      // only operation would run under a wrong name, past the rule that GET is for queries.
      const operationName = request.operationName ?? undefined;
      try {
        if (limits) requireWithin(limits, document, operationName);
        // The types promise an operation, but there is none when the document has several and none is named; the engine says so.
        const isKnown = (operation as typeof operation | undefined) !== undefined;
        const errors = isKnown ? validate(document) : [];
        if (errors.length > 0) return { errors };
        const declared = isKnown ? declaredPurpose(operation, variables) : null;
        return await engine.execute({
          document,
          operationName,
          variables,
          request: { ...context, purpose: context.purpose ?? declared },
        });
      } catch (thrown) {
        const error = toServiceError(thrown);
        return { errors: [new GraphQLError(error.message, { originalError: error, extensions: { ...error.extensions } })] };
      }
    },
  }),
  stop: async () => {},
});

/** @throws OPERATION_TOO_COSTLY */
function requireWithin(limits: Limits, document: DocumentNode, operationName: string | undefined): void {
  const refusal = checkLimits(document, operationName, limits);
  if (refusal) throw new ServiceError(refusal.code, refusal.message);
}

const isOurs = (code: unknown): code is ErrorCode => typeof code === 'string' && Object.hasOwn(ERROR_CODES, code);

/** When nothing but errors comes back, the status says so, as the table of codes has it. */
const statusOfWholeFailures: ApolloServerPlugin<GatewayContext> = {
  requestDidStart: async () => ({
    willSendResponse: async ({ response }) => {
      if (response.body.kind !== 'single' || (response.http.status ?? 200) !== 200) return;
      const { data, errors } = response.body.singleResult;
      const code = errors?.[0]?.extensions?.['code'];
      if ((data === null || data === undefined) && isOurs(code)) response.http.status = ERROR_CODES[code].http;
    },
  }),
};
