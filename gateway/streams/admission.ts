import { GraphQLError, NoSchemaIntrospectionCustomRule, parse, specifiedRules, validate, type DocumentNode } from 'graphql';
import type { RequestContext } from '../../kernel/context.ts';
import { toServiceError } from '../../kernel/errors.ts';
import type { Admitted, Answering } from '../answering.ts';
import { failed } from '../engine/answer.ts';
import type { Engine } from '../engine/engine.ts';
import { checkLimits, type Limits } from '../engine/limits.ts';

/** The texts that a stream may begin with. */
export type Admit = (source: string, operationName: string | undefined) => Admitted | readonly GraphQLError[];

interface AdmissionOptions {
  readonly engine: Engine<RequestContext>;
  readonly answering: Answering;
  readonly introspection: boolean;
  /** null: no bounds. */
  readonly limits: Limits | null;
}

/** The same checks that the server's pipeline makes of a text: tokens, limits, validity. One that passed before passes at once. */
export function createAdmission({ engine, answering, introspection, limits }: AdmissionOptions): Admit {
  const rules = [...specifiedRules, ...(introspection ? [] : [NoSchemaIntrospectionCustomRule])];
  return (source, operationName) => {
    const known = answering.known(source, operationName);
    if (known) return known;
    let document: DocumentNode;
    try {
      document = parse(source, limits ? { maxTokens: limits.maxTokens } : {});
    } catch (thrown) {
      return [withCode(toGraphQLError(thrown), 'GRAPHQL_PARSE_FAILED')];
    }
    const refusal = limits && checkLimits(document, operationName, limits);
    if (refusal) return [new GraphQLError(refusal.message, { extensions: { code: refusal.code } })];
    const invalid = validate(engine.apiSchema, document, rules, { hideSuggestions: true });
    if (invalid.length > 0) return invalid.map((error) => withCode(error, 'GRAPHQL_VALIDATION_FAILED'));
    try {
      return answering.admit({ source, operationName, document });
    } catch (thrown) {
      return failed(thrown).errors ?? [];
    }
  };
}

const withCode = ({ message, locations, nodes, source, positions }: GraphQLError, code: string): GraphQLError =>
  new GraphQLError(message, {
    ...(locations && !nodes ? { source: source ?? null, positions: positions ?? null } : { nodes: nodes ?? null }),
    extensions: { code },
  });

/** graphql-js' own parser throws its own errors; anything else is a fault of ours. */
const toGraphQLError = (thrown: unknown): GraphQLError =>
  thrown instanceof GraphQLError ? thrown : new GraphQLError(toServiceError(thrown).message);
