import { askedFields, responseKey, type Asked } from './asked.ts';
import { typenameOf, type DataObject } from './data.ts';
import { Failure } from './failure.ts';
import type { Representation } from './representations.ts';
import type { Supergraph } from './supergraph.ts';

/** The subgraph that an entity's fields are asked of. */
export interface Answerer {
  readonly asked: Asked;
  readonly service: string;
  readonly supergraph: Supergraph;
}

/**
 * Whether an entity can be asked about. A representation holds keys and what `@requires` names, in one object.
 *
 * @returns `known`; `unknown` when its key is null, so there is nobody to ask about; `unplanned` when no fetch brought a
 *   key, which a right plan excludes; the failure when the key failed.
 */
export function standingOf({ value, failed }: Representation, answerer: Answerer): 'known' | 'unknown' | 'unplanned' | Failure {
  const names = Object.keys(value).filter((name) => name !== '__typename');
  if (names.length === 0) return 'unplanned';
  if (failed.size === 0 && names.every((name) => value[name] !== null)) return 'known';
  const required = new Set(dependentFields(value, answerer).flatMap(([, needs]) => needs));
  const keys = names.filter((name) => !required.has(name));
  for (const name of keys) {
    const failure = failed.get(name);
    if (failure) return failure;
  }
  return keys.some((name) => value[name] !== null) ? 'known' : 'unknown';
}

/**
 * Fails the fields that were computed without something they require: the subgraph was told null where the truth could
 * not be had, so what it made of that is not an answer. Fields beside them that require nothing stay.
 */
export function markDependents(target: DataObject, { value, failed }: Representation, answerer: Answerer): void {
  for (const [key, needs] of dependentFields(value, answerer)) {
    const failure = needs.map((name) => failed.get(name)).find((cause) => cause !== undefined);
    if (failure) target[key] = new Failure([{ error: failure.faults[0].error, below: [] }]);
  }
}

/** Response key → what the field requires, for the asked fields that require anything. */
function dependentFields(representation: DataObject, { asked, service, supergraph }: Answerer): [string, readonly string[]][] {
  const type = typenameOf(representation) ?? '';
  return [...askedFields(asked, (condition) => supergraph.isOfType(type, condition))].flatMap(
    (field): [string, readonly string[]][] => {
      const needs = supergraph.requiredNames(service, type, field.name.value);
      return needs.length > 0 ? [[responseKey(field), needs]] : [];
    },
  );
}
