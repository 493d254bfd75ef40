import { Kind, parse } from 'graphql';
import type { RequestContext } from '../kernel/context.ts';
import type { Clock } from '../kernel/clock.ts';
import type { Ledger } from '../kernel/ledger/ledger.ts';
import type { Log } from '../kernel/log.ts';
import { VARIANTS, type Variant } from '../kernel/register.ts';
import { createAnswering, type Answering } from './answering.ts';
import { createApollo } from './apollo.ts';
import type { CallerLimits } from './callerLimits.ts';
import { contractsOf, oneContract } from './contracts.ts';
import { createDisclosures } from './disclosure/disclosures.ts';
import { dutyConfirmer } from './disclosure/duty.ts';
import { readRegister } from './disclosure/register.ts';
import { DEFER_DIRECTIVE_SDL } from './engine/defer.ts';
import { createEngine, type Engine } from './engine/engine.ts';
import type { Limits } from './engine/limits.ts';
import type { Transport } from './engine/transport/transport.ts';
import type { Grants } from './grants/grants.ts';
import type { Generation } from './generations.ts';
import { OPEN_GATE, type OperationGate } from './operations/operationGate.ts';
import { PURPOSE_DIRECTIVE_SDL } from './purpose.ts';
import type { ContextOf } from './request.ts';
import { createStreams } from './streams/streams.ts';

interface GenerationOptions {
  readonly supergraphSdl: string;
  readonly transports: ReadonlyMap<string, Transport<RequestContext>>;
  /** The variants whose callers may ask for their schema. */
  readonly introspection: readonly Variant[];
  /** Whether all that is not valid is told in one sentence, as in production. */
  readonly isTerse?: boolean;
  /** null: no bounds. */
  readonly limits: Limits | null;
  /** How much each caller may ask for; as much as he likes when absent. */
  readonly callerLimits?: CallerLimits;
  readonly log: Log;
  readonly clock: Clock;
  readonly contextOf: ContextOf;
  /** Whether it is our own graph: clients may declare a purpose, and tags make variants. On foreign ones they do neither. */
  readonly isOwn: boolean;
  /**
   * Where accesses to personal fields are recorded, and what opens them to applications; null where nobody has registered the
   * fields, so that nothing is guarded.
   */
  readonly trust: { readonly ledger: Pick<Ledger, 'append'>; readonly grants: Grants } | null;
  /** Who may send which texts; everybody any when absent. */
  readonly operations?: OperationGate;
  /** Texts of operations that are made ready before the first request. */
  readonly warmUp?: readonly string[];
  /** Whether the transports end with the generation; those that the next one uses too must not. */
  readonly ownsTransports: boolean;
  /** Carries every plan out over merged data: for comparing. */
  readonly isMerged?: boolean;
}

/** Makes a supergraph ready to be served. @throws when it cannot be read or a subgraph has no transport. */
export async function startGeneration(options: GenerationOptions): Promise<Generation> {
  const { supergraphSdl, transports, introspection, limits, log, clock, contextOf, warmUp = [], ownsTransports } = options;
  const confirmDuty = dutyConfirmer(
    (document, variables, request, guard) => engine.execute({ document, variables, request, guard }),
    clock.now,
  );
  const disclosures =
    options.trust && createDisclosures({ ...options.trust, register: readRegister(supergraphSdl), confirmDuty, clock });
  const { operations = OPEN_GATE } = options;
  const engine = createEngine<RequestContext>({
    supergraphSdl,
    transports,
    guarding: disclosures?.guarding ?? null,
    isMerged: options.isMerged ?? false,
    ...(options.isOwn
      ? { executableDirectives: `${DEFER_DIRECTIVE_SDL}${PURPOSE_DIRECTIVE_SDL}`, operationDirectives: ['purpose'] }
      : {}),
  });
  const contracts = options.isOwn ? contractsOf(engine.apiSchema, supergraphSdl) : oneContract(engine.apiSchema);
  const { isTerse = false, callerLimits = null } = options;
  const answering = createAnswering(engine, { disclosures, contracts, introspection, isTerse, limits, callerLimits });
  const apollo = createApollo(engine, answering, log);
  await apollo.start();
  const streams = createStreams({ answering, operations, engineSchema: engine.apiSchema, limits, contextOf, clock, log });
  await Promise.all(warmUp.map((text) => makeReady(text, engine, answering)));
  return {
    apollo,
    answering,
    operations,
    streams,
    close: async () => {
      await apollo.stop();
      if (ownsTransports) await engine.stop();
    },
  };
}

/** Plans and compiles an operation, so that its first client waits no longer than its second. One that no longer fits is left to the pipeline. */
async function makeReady(source: string, engine: Engine<RequestContext>, answering: Answering): Promise<void> {
  const document = parse(source);
  for (const definition of document.definitions) {
    if (definition.kind !== Kind.OPERATION_DEFINITION) continue;
    const operationName = definition.name?.value;
    const admitted = VARIANTS.flatMap((variant) =>
      [operationName, undefined].map((name) => answering.admit({ source, document, operationName: name }, variant)),
    );
    if (admitted.some((one) => !('errors' in one))) await engine.plan({ document, operationName });
  }
}
