/** What one fetch still waits for, however deep its resolvers go. */
export class Work {
  readonly #latch = new Latch();

  /**
   * Goes on with a value when it comes; neither may fail, except through a mistake of ours.
   *
   * @param held Those who wait for what comes of it.
   */
  after<T>(promise: Promise<T>, next: (value: T) => void, held: readonly Latch[]): void {
    const all = [this.#latch, ...held];
    for (const latch of all) latch.open();
    const done = (thrown?: unknown): void => {
      for (const latch of all) latch.close(thrown);
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

  /** When nothing is open any more; null when nothing is already. */
  finished(): Promise<void> | null {
    return this.#latch.closed();
  }
}

/** Counts what is open, for those who wait until nothing is. What is open may open more, but once closed it stays so. */
export class Latch {
  #open = 0;
  #waiting: PromiseWithResolvers<void> | null = null;

  open(): void {
    this.#open += 1;
  }

  /** @param thrown A mistake of ours, for whoever waits. */
  close(thrown?: unknown): void {
    this.#open -= 1;
    if (thrown !== undefined) this.#waiting?.reject(thrown);
    else if (this.#open === 0) this.#waiting?.resolve();
  }

  /** When nothing is open any more; null when nothing is already. */
  closed(): Promise<void> | null {
    if (this.#open === 0) return null;
    this.#waiting ??= Promise.withResolvers<void>();
    return this.#waiting.promise;
  }
}
