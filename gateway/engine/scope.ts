/**
 * What the fetches of one execution share: the resolvers' context of each subgraph in this process, so that what one fetch
 * has loaded the next need not. It ends with the execution.
 */
export class Scope {
  #contexts: Map<object, unknown> | null = null;

  /** The context of a subgraph, made when it is first asked for. */
  contextOf(subgraph: object, make: () => unknown): unknown {
    this.#contexts ??= new Map();
    const known = this.#contexts.get(subgraph);
    if (known !== undefined) return known;
    const made = make();
    this.#contexts.set(subgraph, made);
    return made;
  }
}
