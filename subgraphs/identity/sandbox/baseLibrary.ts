import {
  behindGateway,
  gatewayFailure,
  GatewayRefusal,
  SANDBOX_GATEWAY,
  type GatewayOperation,
} from '../../../kernel/sandbox/gateway.ts';
import type { Profile, SandboxKit, SimulatedSystem } from '../../../kernel/sandbox/system.ts';
import { paced } from './pace.ts';
import type { Switches } from './switches.ts';

const MAXIMUM = 200;

/** A base library behind the gateway with its one operation [modelled on the default contract]. */
export const library = (
  name: string,
  kit: SandboxKit,
  switches: Switches,
  operations: Readonly<Record<string, GatewayOperation>>,
): SimulatedSystem => ({
  name,
  addresses: { main: paced(kit, switches, behindGateway(kit, operations)) },
  credentials: SANDBOX_GATEWAY,
  failure: gatewayFailure,
});

/** The array of keys of a question: from 1 to 200, else `40001`. */
export function keysOf(value: unknown): readonly unknown[] {
  if (!Array.isArray(value) || value.length === 0 || value.length > MAXIMUM) throw new GatewayRefusal(40001, '参数错误');
  return value;
}

/**
 * The answer for the records that were found: those that are unknown are just not there. In practice the order is not that of the
 * question.
 *
 * @param other A record that nobody asked for, for the fault `other-person`; null while it is off.
 */
export const listOf = <Entry>(found: readonly Entry[], other: Entry | null, profile: Profile): { list: readonly Entry[] } => {
  const records = other === null ? found : found.map(() => other);
  return { list: profile === 'real-life' ? records.toReversed() : records };
};

/** What is absent is left out, as the contract says; in practice it is the text "null". */
export const absent = (profile: Profile): string | undefined => (profile === 'real-life' ? 'null' : undefined);

/** A date `yyyy-MM-dd`; in practice without hyphens. */
export const written = (date: string, profile: Profile): string => (profile === 'real-life' ? date.replaceAll('-', '') : date);
