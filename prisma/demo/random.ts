import { createHash } from "node:crypto";
import { ulid } from "ulid";

/** Chance that repeats: the same seed draws the same fleet, so that a test and a screenshot can be made again. */
export class Random {
  private readonly state: Int32Array;

  constructor(seed: string) {
    this.state = new Int32Array(
      new Uint8Array(createHash("sha256").update(seed).digest()).buffer.slice(0, 16),
    );
  }

  /**
   * At least 0, under 1 (sfc32). Its 128 bits are for ids: with 32 of them, two of ten thousand sites with a chance of their own
   * draw the same.
   */
  next(): number {
    const [a = 0, b = 0, c = 0, counter = 0] = this.state;
    const drawn = (a + b + counter) | 0;
    this.state.set([b ^ (b >>> 9), (c + (c << 3)) | 0, (((c << 21) | (c >>> 11)) + drawn) | 0, counter + 1]);
    return (drawn >>> 0) / 4_294_967_296;
  }

  /** A whole number from `least` to `most`, both possible. */
  int(least: number, most: number): number {
    return least + Math.floor(this.next() * (most - least + 1));
  }

  chance(probability: number): boolean {
    return this.next() < probability;
  }

  pick<T>(from: readonly [T, ...T[]]): T {
    return from[this.int(0, from.length - 1)] ?? from[0];
  }

  /** One of the keys, each as likely as its number says. */
  weighted<Key extends string>(weights: Readonly<Record<Key, number>>): Key {
    const entries = Object.entries(weights) as [Key, number][];
    let left = this.next() * entries.reduce((sum, [, weight]) => sum + weight, 0);
    for (const [key, weight] of entries) {
      left -= weight;
      if (left < 0) return key;
    }
    throw new Error("Weights must not all be nought.");
  }

  /** A moment between two others. */
  between(from: Date, to: Date): Date {
    return new Date(from.getTime() + Math.floor(this.next() * (to.getTime() - from.getTime())));
  }

  id<Prefix extends string>(prefix: Prefix, at: Date): `${Prefix}_${string}` {
    return `${prefix}_${ulid(at.getTime(), () => this.next())}`;
  }
}
