/** What one fetch still waits for, however deep its resolvers go. */
export class Work {
  #open = 0;
  #done: (() => void) | null = null;
  #failed: ((thrown: unknown) => void) | null = null;

  /** Goes on with a value when it comes; neither may fail, except through a mistake of ours. */
  after<T>(promise: Promise<T>, next: (value: T) => void): void {
    this.#open += 1;
    promise.then(
      (value) => {
        try {
          next(value);
        } catch (thrown) {
          this.#failed?.(thrown);
        }
        this.#open -= 1;
        if (this.#open === 0) this.#done?.();
      },
      (thrown: unknown) => this.#failed?.(thrown),
    );
  }

  /** When nothing is open any more; null when nothing is already. Asked once, in the turn in which the work began. */
  finished(): Promise<void> | null {
    if (this.#open === 0) return null;
    return new Promise((resolve, reject) => {
      this.#done = resolve;
      this.#failed = reject;
    });
  }
}
