/**
 * A map that forgets what was not used for longest.
 *
 * @param limit Entries kept; at least 1.
 */
export class LruMap<Key, Value> {
  readonly #entries = new Map<Key, Value>();
  readonly #limit: number;

  constructor(limit: number) {
    this.#limit = limit;
  }

  /** The value of the key; made, kept and returned when there is none. */
  getOrMake(key: Key, make: () => Value): Value {
    const found = this.#entries.get(key);
    if (found !== undefined) {
      // A Map keeps insertion order, so putting an entry in again makes it the youngest.
      this.#entries.delete(key);
      this.#entries.set(key, found);
      return found;
    }
    const made = make();
    this.#entries.set(key, made);
    if (this.#entries.size > this.#limit) {
      const oldest = this.#entries.keys().next();
      if (!oldest.done) this.#entries.delete(oldest.value);
    }
    return made;
  }
}
