import { Kind, parse, validate } from 'graphql';
import { composeSupergraph } from '../engine/compose.ts';
import { DEFER_DIRECTIVE_SDL } from '../engine/defer.ts';
import { createEngine } from '../engine/engine.ts';
import type { Transport } from '../engine/transport/transport.ts';
import { PURPOSE_DIRECTIVE_SDL, purposeOfOperation } from '../purpose.ts';
import type { Subgraph } from '../../kernel/subgraph.ts';
import { labelOf, type DisclosureLabel } from './label.ts';
import { readRegister } from './register.ts';

/** Makes labels of operations on a graph that nobody runs. */
export interface Labeller {
  /**
   * The label of each operation of a text.
   *
   * @throws Error with what is wrong with the text, one sentence a line.
   */
  labelsOf(text: string): Promise<DisclosureLabel[]>;
}

/** @param subgraphs All of the graph; composed as they are. */
export function createLabeller(subgraphs: readonly Pick<Subgraph, 'name' | 'systems' | 'typeDefs'>[]): Labeller {
  const { supergraphSdl } = composeSupergraph(subgraphs.map(({ name, typeDefs }) => ({ name, typeDefs, url: `local:${name}` })));
  const register = readRegister(supergraphSdl);
  const engine = createEngine<null>({
    supergraphSdl,
    transports: new Map(subgraphs.map(({ name }) => [name, nowhere] as const)),
    executableDirectives: `${DEFER_DIRECTIVE_SDL}${PURPOSE_DIRECTIVE_SDL}`,
    operationDirectives: ['purpose'],
    isMerged: true,
  });
  return {
    labelsOf: async (text) => {
      const document = parse(text);
      const errors = validate(engine.apiSchema, document);
      if (errors.length > 0) throw new Error(errors.map(({ message }) => message).join('\n'));
      const operations = document.definitions.filter((node) => node.kind === Kind.OPERATION_DEFINITION);
      return Promise.all(
        operations.map(async (operation) =>
          labelOf({
            ...{ document, operation, register, subgraphs, schema: engine.apiSchema },
            purpose: purposeOfOperation(operation)({})?.code ?? null,
            plans: await engine.plan({ document, operationName: operation.name?.value }),
          }),
        ),
      );
    },
  };
}

const nowhere: Transport<null> = async () => {
  throw new Error('Operations are planned here, and never run.');
};
