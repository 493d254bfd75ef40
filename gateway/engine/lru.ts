/**
 * A map that forgets what was not used for longest.
 *
 * @param limit Weight kept; one entry alone may be heavier, and then nothing is kept beside it.
 * @param weigh Weight of an entry, e.g. bytes; 1 unless told, so that `limit` counts entries.
 */
export class LruMap<Key, Value> {
  readonly #entries = new Map<Key, Value>();
  readonly #limit: number;
  readonly #weigh: (key: Key, value: Value) => number;
  #weight = 0;

  constructor(limit: number, weigh: (key: Key, value: Value) => number = () => 1) {
    this.#limit = limit;
    this.#weigh = weigh;
  }

  get(key: Key): Value | undefined {
    const found = this.#entries.get(key);
    if (found === undefined) return undefined;
    // A Map keeps insertion order, so putting an entry in again makes it the youngest.
    this.#entries.delete(key);
    this.#entries.set(key, found);
    return found;
  }

  set(key: Key, value: Value): void {
    this.#drop(key);
    this.#entries.set(key, value);
    this.#weight += this.#weigh(key, value);
    for (const oldest of this.#entries.keys()) {
      if (this.#weight <= this.#limit || oldest === key) return;
      this.#drop(oldest);
    }
  }

  /** The value of the key; made, kept and returned when there is none. */
  getOrMake(key: Key, make: () => Value): Value {
    const found = this.get(key);
    if (found !== undefined) return found;
    const made = make();
    this.set(key, made);
    return made;
  }

  #drop(key: Key): void {
    const found = this.#entries.get(key);
    if (found === undefined) return;
    this.#entries.delete(key);
    this.#weight -= this.#weigh(key, found);
  }
}
