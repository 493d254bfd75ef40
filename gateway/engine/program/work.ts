/** What one fetch still waits for, however deep its resolvers go. */
export class Work {
  readonly #all = new Latch();
  readonly #leading = new Latch();

  /**
   * Goes on with a value when it comes; neither may fail, except through a mistake of ours.
   *
   * @param leads Whether other fetches wait for what comes of it.
   */
  after<T>(promise: Promise<T>, next: (value: T) => void, leads: boolean): void {
    this.#all.open();
    if (leads) this.#leading.open();
    const done = (thrown?: unknown): void => {
      if (leads) this.#leading.close(thrown);
      this.#all.close(thrown);
    };
    promise.then((value) => {
      try {
        next(value);
      } catch (thrown) {
        return done(thrown);
      }
      done();
    }, done);
  }

  /** When all is there that other fetches wait for; null when it is already. */
  ready(): Promise<void> | null {
    return this.#leading.closed();
  }

  /** When nothing is open any more; null when nothing is already. */
  finished(): Promise<void> | null {
    return this.#all.closed();
  }
}

/** Counts what is open. Asked once, in the turn in which the work began. */
class Latch {
  #open = 0;
  #done: (() => void) | null = null;
  #failed: ((thrown: unknown) => void) | null = null;

  open(): void {
    this.#open += 1;
  }

  close(thrown?: unknown): void {
    this.#open -= 1;
    if (thrown !== undefined) this.#failed?.(thrown);
    else if (this.#open === 0) this.#done?.();
  }

  closed(): Promise<void> | null {
    if (this.#open === 0) return null;
    return new Promise((resolve, reject) => {
      this.#done = resolve;
      this.#failed = reject;
    });
  }
}
