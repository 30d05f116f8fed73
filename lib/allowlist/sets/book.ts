import { type AddressRange, readCidr } from "#lib/shared/addresses.ts";

/** A version of an address set, as rules need it. */
export interface NamedSet {
  slug: string;
  name: string;
  versionId: string;
  cidrs: readonly string[];
}

/** The same with where it comes from and when it was last known to be so. */
export interface AddressSet extends NamedSet {
  number: number;
  origin: string;
  /** When the origin last changed it, as far as is known; null where it does not say. A day, as YYYY-MM-DD. */
  changedOn: string | null;
  checkedOn: string;
}

/** The sets that rules may name, by slug, each in one version. */
export type SetBook<Set extends NamedSet = NamedSet> = ReadonlyMap<string, Set>;

export function setBook<Set extends NamedSet>(sets: readonly Set[]): SetBook<Set> {
  return new Map(sets.map((set) => [set.slug, set]));
}

/**
 * The set's ranges.
 * @throws Error where a network cannot be read: what is stored went through the gates, so that is a defect of ours.
 */
export function rangesOfSet(set: NamedSet): AddressRange[] {
  return set.cidrs.map((text) => {
    const reading = readCidr(text);
    if (!reading.ok) throw new Error(`Address set ${set.slug}: ${reading.problem}`);
    return reading.value;
  });
}
