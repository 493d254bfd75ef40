import { ApolloServer, type ApolloServerOptionsWithGateway, type ApolloServerPlugin } from '@apollo/server';
import {
  ApolloServerPluginCacheControlDisabled,
  ApolloServerPluginLandingPageDisabled,
  ApolloServerPluginUsageReportingDisabled,
} from '@apollo/server/plugin/disabled';
import { NoSchemaIntrospectionCustomRule } from 'graphql';
import type { RequestContext } from '../kernel/context.ts';
import { failed, type Answering } from './answering.ts';
import type { Engine } from './engine/engine.ts';
import type { Limits } from './engine/limits.ts';
import type { FormatError } from './formatError.ts';
import type { GatewayContext } from './server.ts';
import { statusOf } from './warmLane.ts';

interface ApolloOptions {
  readonly introspection: boolean;
  /** null: no bounds; for foreign supergraphs that are served open. */
  readonly limits: Limits | null;
  readonly formatError: FormatError;
}

/** Apollo Server with our engine behind its gateway slot. The schema object is its own: it wraps what it is given. */
export function createApollo(
  engine: Engine<RequestContext>,
  answering: Answering,
  { introspection, limits, formatError }: ApolloOptions,
): ApolloServer<GatewayContext> {
  return new ApolloServer<GatewayContext>({
    gateway: gatewayOf(engine, answering),
    documentStore: null, // what passed is remembered by answering, with all that was made of it
    introspection: true, // ours is the rule below, which speaks our code
    validationRules: introspection ? [] : [NoSchemaIntrospectionCustomRule],
    persistedQueries: false,
    allowBatchedHttpRequests: false,
    csrfPrevention: true,
    includeStacktraceInErrorResponses: false,
    hideSchemaDetailsFromClientErrors: true,
    stopOnTerminationSignals: false,
    parseOptions: limits ? { maxTokens: limits.maxTokens } : {},
    formatError,
    plugins: [
      ApolloServerPluginCacheControlDisabled(),
      ApolloServerPluginLandingPageDisabled(),
      ApolloServerPluginUsageReportingDisabled(),
      statusOfWholeFailures,
    ],
  });
}

const gatewayOf = (
  engine: Engine<RequestContext>,
  answering: Answering,
): ApolloServerOptionsWithGateway<GatewayContext>['gateway'] => ({
  onSchemaLoadOrUpdate: (callback) => {
    callback({ apiSchema: engine.apiSchema, coreSupergraphSdl: engine.supergraphSdl });
    return () => {};
  },
  load: async () => ({
    executor: async ({ document, source, request, context: contextValue }) => {
      // Apollo Server's types promise a context of any shape; this server makes only GatewayContext.
      const { request: context } = contextValue as unknown as GatewayContext;
      // What the client named, also when the document has no such operation: the server's own field is null then, and the
      // only operation would run under a wrong name, past the rule that GET is for queries.
      const operationName = request.operationName ?? undefined;
      try {
        const admitted = answering.admit({ source, operationName, document });
        return await answering.answer(admitted, request.variables ?? {}, context);
      } catch (thrown) {
        return failed(thrown);
      }
    },
  }),
  stop: async () => {},
});

/** When nothing but errors comes back, the status says so. */
const statusOfWholeFailures: ApolloServerPlugin<GatewayContext> = {
  requestDidStart: async () => ({
    willSendResponse: async ({ request, response, source }) => {
      const { status = 200 } = response.http;
      if (response.body.kind !== 'single') return;
      const { data, errors } = response.body.singleResult;
      const accept = request.http?.headers.get('accept');
      // The server's own 400 of a document that it could not parse or that is not valid; without a source it has seen none.
      const isDocumentRefused = status === 400 && source !== undefined;
      if (status === 200 || isDocumentRefused) response.http.status = statusOf(data, errors, accept);
    },
  }),
};
