import { ApolloServer, type ApolloServerOptionsWithGateway, type ApolloServerPlugin } from '@apollo/server';
import {
  ApolloServerPluginCacheControlDisabled,
  ApolloServerPluginLandingPageDisabled,
  ApolloServerPluginUsageReportingDisabled,
} from '@apollo/server/plugin/disabled';
import type { RequestContext } from '../kernel/context.ts';
import type { Log } from '../kernel/log.ts';
import type { Answering } from './answering.ts';
import { variantOf } from './contracts.ts';
import { failed } from './engine/answer.ts';
import type { Engine } from './engine/engine.ts';
import { formatError, internalErrorsNoted } from './formatError.ts';
import type { GatewayContext } from './request.ts';
import { statusOf } from './warmLane.ts';

/** Apollo Server with our engine behind its gateway slot. The schema object is its own: it wraps what it is given. */
export function createApollo(engine: Engine<RequestContext>, answering: Answering, log: Log): ApolloServer<GatewayContext> {
  return new ApolloServer<GatewayContext>({
    gateway: gatewayOf(engine, answering),
    documentStore: null, // what passed is remembered by answering, with all that was made of it
    // Ours comes after the limits: some documents that can be parsed overflow the stack of a validator.
    dangerouslyDisableValidation: true,
    persistedQueries: false,
    allowBatchedHttpRequests: false,
    csrfPrevention: true,
    includeStacktraceInErrorResponses: false,
    stopOnTerminationSignals: false,
    formatError,
    logger: log,
    plugins: [
      ApolloServerPluginCacheControlDisabled(),
      ApolloServerPluginLandingPageDisabled(),
      ApolloServerPluginUsageReportingDisabled(),
      internalErrorsNoted,
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
        const admitted = answering.admit({ source, operationName, document }, variantOf(context.caller));
        return 'errors' in admitted ? admitted : await answering.answer(admitted, request.variables ?? {}, context);
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
