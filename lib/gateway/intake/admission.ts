import { mergeRanges } from "#lib/shared/address-ranges.ts";
import { readCidr } from "#lib/shared/addresses.ts";
import { compileAllowlist, type Decider } from "#lib/shared/allowlist/decide.ts";
import type { Carrier, TrafficRule } from "#lib/shared/allowlist/traffic.ts";
import type { ConfiguredRule } from "#lib/shared/gateway/configuration.ts";

/** The rule that let a source in; null where none does. */
export type AdmittingRule = Pick<ConfiguredRule, "id" | "purpose">;

/** Whom the allowlist's rules of ingress let in from outside, at the port that the outside knows. */
export class Admission {
  readonly #rules: readonly ConfiguredRule[];
  readonly #port: number;
  #decider: Decider | null = null;
  #from = 0;
  #until = 0;

  constructor(rules: readonly ConfiguredRule[], port: number) {
    this.#rules = rules.filter(({ direction, protocol }) => direction === "ingress" && protocol === "tcp");
    this.#port = port;
  }

  /** `source` is an address in the form in which this product writes it. */
  decide(source: string, carriedBy: Carrier, now: Date): AdmittingRule | null {
    const { ruleId } = this.#at(now).decide({
      direction: "ingress",
      protocol: "tcp",
      carriedBy,
      port: this.#port,
      peer: source,
      name: null,
    });
    return ruleId === null ? null : (this.#rules.find(({ id }) => id === ruleId) ?? null);
  }

  /** Whether a source may ask for anything at all. */
  admits(source: string, now: Date): boolean {
    return (["application", "user_browser"] as const).some((carrier) => this.decide(source, carrier, now));
  }

  /** Compiled anew when the next rule expires, or when the clock is set back to where one had not. */
  #at(now: Date): Decider {
    const time = now.getTime();
    if (this.#decider && time >= this.#from && time < this.#until) return this.#decider;
    const ends = this.#rules.map(({ expires_at }) =>
      expires_at === null ? Infinity : Date.parse(expires_at),
    );
    this.#from = Math.max(-Infinity, ...ends.filter((end) => end <= time));
    this.#until = Math.min(Infinity, ...ends.filter((end) => end > time));
    this.#decider = compileAllowlist(
      this.#rules.flatMap((rule, place) => ((ends[place] as number) > time ? trafficOf(rule) : [])),
    );
    return this.#decider;
  }
}

function trafficOf({ id, direction, protocol, carried_by, ports, networks }: ConfiguredRule): TrafficRule[] {
  const ranges = networks.flatMap((network) => {
    const reading = readCidr(network);
    return reading.ok ? [reading.value] : [];
  });
  if (ranges.length === 0) return [];
  return [{ id, direction, protocol, carriedBy: carried_by, ports, peer: { ranges: mergeRanges(ranges) } }];
}
