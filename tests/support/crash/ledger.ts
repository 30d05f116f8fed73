/** What was asked of the service about one thing, in order; and whether the service said that it was done. */
interface Entry {
  what: string;
  acknowledged: boolean;
}

/**
 * What an application remembers of its own changes. An answer that never came leaves open whether the change was made; one
 * that came is a promise.
 */
export class Ledger {
  readonly #entries = new Map<string, Entry[]>();

  /** Notes that a change is about to be asked for. Returns what notes that it was acknowledged. */
  begin(thing: string, what: string): () => void {
    const entry = { what, acknowledged: false };
    const known = this.#entries.get(thing);
    if (known) known.push(entry);
    else this.#entries.set(thing, [entry]);
    return () => {
      entry.acknowledged = true;
    };
  }

  acknowledged(): number {
    return [...this.#entries.values()].flat().filter(({ acknowledged }) => acknowledged).length;
  }

  open(): number {
    return [...this.#entries.values()].flat().filter(({ acknowledged }) => !acknowledged).length;
  }

  /** Where what events `told` of each thing is not what was asked for: a change missing, twice, out of order or never asked for. */
  differences(told: ReadonlyMap<string, readonly string[]>): string[] {
    const things = new Set([...this.#entries.keys(), ...told.keys()]);
    return [...things].flatMap((thing) => {
      const entries = this.#entries.get(thing) ?? [];
      const seen = told.get(thing) ?? [];
      const possible = entries.filter(({ what, acknowledged }) => acknowledged || seen.includes(what));
      const expected = possible.map(({ what }) => what);
      return expected.join() === seen.join()
        ? []
        : [`${thing}: ${seen.join(", ")}; not ${expected.join(", ")}`];
    });
  }
}
