import { getNullableType, GraphQLError, isListType, isNonNullType, type GraphQLOutputType } from 'graphql';
import { Failure, type ResponsePath } from '../failure.ts';
import type { AnswerField, Below, Place } from './program.ts';
import type { Answer, Run } from './run.ts';

/**
 * Lets the failures in an answer become nulls and errors, as the GraphQL specification says ("Handling Execution Errors"):
 * a failure where null is allowed is null, elsewhere it takes the object or list around it with it.
 *
 * @param keys Root fields that are looked at.
 * @param errors Added to: each with its path in the answer and the `Failure` as original.
 * @returns Whether the answer stands; false when a failure takes all of it.
 */
export function conclude(
  root: Answer,
  { place, keys }: { readonly place: Place; readonly keys: ReadonlySet<string> },
  run: Pick<Run, 'places' | 'poisoned'>,
  errors: GraphQLError[],
): boolean {
  const fields = place.fields.filter(({ key }) => keys.has(key));
  const outcome = concludeObject(root, fields, [], { run, errors });
  if (outcome instanceof Gone) errors.push(outcome.error);
  return !(outcome instanceof Gone);
}

interface Conclusion {
  readonly run: Pick<Run, 'places' | 'poisoned'>;
  readonly errors: GraphQLError[];
}

/** What must not be null has failed; on its way up to where null is allowed. */
class Gone {
  readonly error: GraphQLError;
  constructor(error: GraphQLError) {
    this.error = error;
  }
}

function concludeObject(
  answer: Answer,
  fields: readonly AnswerField[],
  path: ResponsePath,
  conclusion: Conclusion,
): Answer | Gone {
  for (const field of fields) {
    const value = concludeValue(answer[field.key], field.type, { field, path: [...path, field.key] }, conclusion);
    if (value instanceof Gone) {
      if (isNonNullType(field.type)) return value;
      conclusion.errors.push(value.error);
    }
    answer[field.key] = value instanceof Gone ? null : value;
  }
  return answer;
}

interface Spot {
  readonly field: AnswerField;
  readonly path: ResponsePath;
}

function concludeValue(value: unknown, type: GraphQLOutputType, spot: Spot, conclusion: Conclusion): unknown {
  if (value instanceof Failure) return gone(value, spot);
  if (value === null || value === undefined) return null;
  const nullable = getNullableType(type);
  if (isListType(nullable)) return concludeList(value as unknown[], nullable.ofType as GraphQLOutputType, spot, conclusion);
  const { below } = spot.field;
  if (!below) return value;
  const answer = value as Answer; // composite fields hold answers
  const poison = conclusion.run.poisoned?.get(answer);
  if (poison) return gone(poison, spot);
  return concludeObject(answer, placeOf(answer, below, conclusion).fields, spot.path, conclusion);
}

function concludeList(
  items: unknown[],
  itemType: GraphQLOutputType,
  { field, path }: Spot,
  conclusion: Conclusion,
): unknown[] | Gone {
  for (const [i, item] of items.entries()) {
    const value = concludeValue(item, itemType, { field, path: [...path, i] }, conclusion);
    if (value instanceof Gone) {
      if (isNonNullType(itemType)) return value;
      conclusion.errors.push(value.error);
    }
    items[i] = value instanceof Gone ? null : value;
  }
  return items;
}

function placeOf(answer: Answer, below: Below, { run }: Conclusion): Place {
  const place = 'only' in below ? below.only : run.places?.get(answer);
  if (!place) throw new Error('An object of the answer has no place.');
  return place;
}

const gone = (failure: Failure, { field: { nodes }, path }: Spot): Gone =>
  new Gone(new GraphQLError(failure.message, { nodes, path, originalError: failure }));
