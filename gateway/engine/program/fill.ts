import { own, type DataObject } from '../data.ts';
import { Failure } from '../failure.ts';
import { subjectsIn } from '../guard.ts';
import { asError, caught, isPromise, settled } from './caught.ts';
import type { Part, Reader, Slot, Value } from './program.ts';
import { resolveReferences, type Resolved } from './references.ts';
import { failing, failureOf, missing, neverAsked, type Answer, type Filling, type Run } from './run.ts';
import type { Latch } from './work.ts';

/** Objects of one type at one place, in three columns: what the subgraph knows of them, what the answer says, what representations say. */
export interface Objects {
  readonly sources: unknown[];
  readonly answers: Answer[];
  /** null where no fetch comes back to the place. */
  readonly data: DataObject[] | null;
}

/**
 * Writes the fields of a part into the answers of its objects, and goes on to the objects below: every field is read once for
 * all objects of the place, so that what an upstream can answer together is asked together.
 */
export function fillPart(part: Part, objects: Objects, filling: Filling): void {
  for (const slot of part.slots) {
    const column = readColumn(slot.read, objects.sources, filling);
    if (column instanceof Promise) {
      const held = latchesOf(slot.leadsTo, filling.run);
      filling.work.after(column, (values) => writeColumn(slot, values, objects, filling), held);
    } else writeColumn(slot, column, objects, filling);
  }
}

/** The latches of a run by their numbers. */
export const latchesOf = (numbers: readonly number[], { latches }: Run): readonly Latch[] =>
  numbers.length === 0 ? NO_LATCHES : numbers.flatMap((number) => latches[number] ?? []);

const NO_LATCHES: readonly Latch[] = [];

// --- reading

/** The values of one field for all sources; an Error where one could not be had. Never rejects. */
function readColumn(
  reader: Reader,
  sources: readonly unknown[],
  filling: Filling,
): readonly unknown[] | Promise<readonly unknown[]> {
  switch (reader.kind) {
    case 'property':
      return properties(reader.name, sources, filling.context);
    case 'reply':
      return sources.map((source) => {
        const value = own(source as DataObject, reader.key); // objects of a reply
        return value === undefined ? neverAsked(reader.coordinate) : value;
      });
    case 'resolver':
      return resolved(reader, sources, filling);
    case 'batch':
      return batched(reader, sources, filling);
    case 'references':
      return references(reader, filling);
    default:
      return reader satisfies never;
  }
}

function properties(
  name: string,
  sources: readonly unknown[],
  context: unknown,
): readonly unknown[] | Promise<readonly unknown[]> {
  let waits = false;
  const values = sources.map((source) => {
    const value = propertyOf(source, name, context);
    waits ||= isPromise(value);
    return value;
  });
  return waits ? settled(values) : values;
}

function propertyOf(source: unknown, name: string, context: unknown): unknown {
  if (typeof source !== 'object' || source === null) return undefined;
  const value = (source as DataObject)[name];
  return typeof value === 'function' ? caught(() => (value as Method).call(source, {}, context)) : value;
}

type Method = (this: unknown, args: object, context: unknown) => unknown;

function resolved(
  { resolve, args }: Extract<Reader, { kind: 'resolver' }>,
  sources: readonly unknown[],
  { context, variables }: Filling,
): readonly unknown[] | Promise<readonly unknown[]> {
  const asked = caught(() => args(variables));
  if (Error.isError(asked)) return sources.map(() => asked);
  let waits = false;
  const values = sources.map((source) => {
    const value = resolvedOne(resolve as Resolve, source, asked, context);
    waits ||= isPromise(value);
    return value;
  });
  return waits ? settled(values) : values;
}

/** No `info`: what a resolver needs of the request is in its context. */
function resolvedOne(resolve: Resolve, source: unknown, args: unknown, context: unknown): unknown {
  try {
    return resolve(source, args, context);
  } catch (thrown) {
    return asError(thrown);
  }
}

type Resolve = (source: unknown, args: unknown, context: unknown) => unknown;

async function batched(
  { batch, args }: Extract<Reader, { kind: 'batch' }>,
  sources: readonly unknown[],
  { context, variables }: Filling,
): Promise<readonly unknown[]> {
  try {
    const values: unknown = await batch(sources, args(variables), context);
    if (!Array.isArray(values) || values.length !== sources.length)
      throw new Error('A batch resolver must answer one value or Error for each parent.');
    return values;
  } catch (thrown) {
    return sources.map(() => asError(thrown));
  }
}

/** The entities that `_entities` of an operation of one subgraph asks for, as the one value of that field. */
async function references(
  { args, schema }: Extract<Reader, { kind: 'references' }>,
  { context, variables }: Filling,
): Promise<readonly unknown[]> {
  try {
    const { representations } = args(variables);
    const found = await resolveReferences(representations as readonly DataObject[], schema, context); // a list, by the field's type
    return [found.map(entityOf)];
  } catch (thrown) {
    return [asError(thrown)];
  }
}

/** An object of the union `_Entity`, whose own resolver cannot tell its type. */
class Entity {
  readonly typename: string;
  readonly object: unknown;
  constructor(typename: string, object: unknown) {
    this.typename = typename;
    this.object = object;
  }
}

function entityOf(found: Resolved): Entity | Failure | null {
  if (found.kind === 'object') return new Entity(found.typename, found.object);
  return found.kind === 'failed' ? new Failure(found.faults) : null;
}

// --- writing

function writeColumn(slot: Slot, values: readonly unknown[], { answers, data }: Objects, filling: Filling): void {
  if (slot.isSubject) return writeSubjects(values, answers, filling.run);
  const below = new Below(filling);
  const { keys, value, data: said } = slot;
  for (let i = 0; i < answers.length; i += 1) {
    const answer = answers[i] as Answer;
    if (keys.length > 0) {
      const written = valueOf(value, values[i], below);
      for (const key of keys) answer[key] = written;
    }
    const facts = said && data?.[i];
    if (facts) writeFact(slot, { answer, facts }, valueOf(said, values[i], below), filling.run);
  }
  below.fill();
}

function writeSubjects(values: readonly unknown[], answers: readonly Answer[], run: Run): void {
  run.subjects ??= new Map();
  for (let i = 0; i < answers.length; i += 1) {
    const told = values[i];
    run.subjects.set(answers[i] as Answer, subjectsIn(Error.isError(told) ? failureOf(told) : told));
  }
}

function writeFact(
  { keys, planKey, data }: Slot,
  { answer, facts }: { readonly answer: Answer; readonly facts: DataObject },
  fact: unknown,
  run: Run,
): void {
  facts[planKey] = fact;
  if (keys.length === 0 && data?.isRequired && fact instanceof Failure) (run.poisoned ??= new Map()).set(answer, fact);
}

/** What an answer holds for a value; objects are gathered with all others of their place. */
function valueOf(type: Value, value: unknown, below: Below): unknown {
  const { run, context } = below.filling;
  if (value === null || value === undefined) return type.isRequired ? failing(run, missing(type.coordinate)) : null;
  if (typeof value === 'object' && Error.isError(value)) return failing(run, failureOf(value));
  try {
    switch (type.kind) {
      case 'leaf':
        return type.serialize(value);
      case 'list':
        return itemsOf(value, type.coordinate).map((item) => valueOf(type.item, item, below));
      case 'object':
        return below.add(type.part, value);
      case 'abstract': {
        const { typename, object } = value instanceof Entity ? value : { typename: type.typeOf(value, context), object: value };
        const part = type.parts.get(typename);
        if (!part && typename === '') return failing(run, neverAsked(`${type.coordinate}.__typename`));
        // An object of a type that the client's schema hides is none.
        if (!part) return type.isRequired ? failing(run, missing(type.coordinate)) : null;
        const answer = below.add(part, object);
        (run.places ??= new Map()).set(answer, part.place);
        return answer;
      }
      default:
        return type satisfies never;
    }
  } catch (thrown) {
    return failing(run, failureOf(thrown));
  }
}

function itemsOf(value: unknown, coordinate: string): readonly unknown[] {
  if (Array.isArray(value)) return value;
  if (typeof value === 'object' && value !== null && Symbol.iterator in value) return Array.from(value as Iterable<unknown>);
  throw new Error(`A resolver of ${coordinate} gave no list.`);
}

/** The objects below one field, by the part that made them. */
class Below {
  readonly filling: Filling;
  #part: Part | null = null;
  #objects: Objects | null = null;
  /** Further parts, where a field has several types. */
  #others: Map<Part, Objects> | null = null;

  constructor(filling: Filling) {
    this.filling = filling;
  }

  /** Begins the answer of an object. */
  add(part: Part, source: unknown): Answer {
    if (isPromise(source)) throw new Error(`An item of a list of ${part.place.typename} is a promise: wait for the items.`);
    const { sources, answers, data } = this.#objectsOf(part);
    const answer: Answer = { ...part.place.blank };
    sources.push(source);
    answers.push(answer);
    data?.push(part.place.isData ? answer : { __typename: part.place.typename });
    return answer;
  }

  #objectsOf(part: Part): Objects {
    if (part === this.#part && this.#objects) return this.#objects;
    if (this.#part === null) {
      this.#part = part;
      return (this.#objects = emptyObjects(part));
    }
    this.#others ??= new Map();
    const found = this.#others.get(part) ?? emptyObjects(part);
    this.#others.set(part, found);
    return found;
  }

  /** Fills all that was added. */
  fill(): void {
    if (this.#part && this.#objects) fillNew(this.#part, this.#objects, this.filling);
    if (this.#others) for (const [part, objects] of this.#others) fillNew(part, objects, this.filling);
  }
}

const emptyObjects = ({ place: { register } }: Part): Objects => ({
  sources: [],
  answers: [],
  data: register === null ? null : [],
});

/** Fills objects that nobody has filled before, and keeps them for the fetches that come back to them. */
function fillNew(part: Part, objects: Objects, filling: Filling): void {
  const { register } = part.place;
  const kept = register === null ? undefined : filling.run.kept[register];
  if (kept && objects.data) {
    for (const answer of objects.answers) kept.answers.push(answer);
    for (const facts of objects.data) kept.data.push(facts);
  }
  fillPart(part, objects, filling);
}
