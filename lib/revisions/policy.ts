import type { Certificate } from "#lib/drivers/port.ts";
import type { Revision } from "#lib/drivers/revision-port.ts";

/** One thing in which two revisions differ. `gone` and `come` hold the values that only one of them has. */
export interface Difference {
  /** `saml.idp_sso_url`, `mapping.email`, `custom.department`, `roles`, `certificates`, `type`. */
  key: string;
  /** `order`: the same values in another order, where the order counts. `secret`: given anew; nobody sees either value. */
  kind: "changed" | "order" | "secret";
  gone: string[];
  come: string[];
}

type Compared = Pick<Revision, "type" | "settings" | "mapping" | "certificates">;

/** What a person would have to know who goes from one revision to the other. */
export function differencesBetween(before: Compared, after: Compared): Difference[] {
  const [one, other] = [valuesOf(before), valuesOf(after)];
  const keys = new Set([...one.keys(), ...other.keys()]);
  return [...keys].flatMap((key) => differenceOf(key, one.get(key) ?? [], other.get(key) ?? []));
}

const MARK = "_mark";

function differenceOf(key: string, before: string[], after: string[]): Difference[] {
  if (key.endsWith(MARK)) {
    const name = key.slice(0, -MARK.length);
    return before[0] === after[0] ? [] : [{ key: name, kind: "secret", gone: [], come: [] }];
  }
  const gone = before.filter((value) => !after.includes(value));
  const come = after.filter((value) => !before.includes(value));
  if (gone.length > 0 || come.length > 0) return [{ key, kind: "changed", gone, come }];
  const isReordered = before.join("\n") !== after.join("\n");
  return isReordered ? [{ key, kind: "order", gone: before, come: after }] : [];
}

function valuesOf({ type, settings, mapping, certificates }: Compared): Map<string, string[]> {
  return new Map([
    ["type", [type]],
    ...settings.map(({ key, values }): [string, string[]] => [key, values]),
    ["certificates", certificates.map(certificateLine)],
    ...Object.entries(mapping.attributes).map(([field, source]): [string, string[]] => [
      `mapping.${field}`,
      [source],
    ]),
    ...Object.entries(mapping.customAttributes).map(([field, source]): [string, string[]] => [
      `custom.${field}`,
      [source],
    ]),
    ["roles", mapping.roles.map(({ group, role }) => `${group} → ${role}`)],
  ]);
}

function certificateLine({ subject, fingerprintSha256, notAfter }: Certificate): string {
  const until = notAfter ? notAfter.toISOString().slice(0, 10) : "?";
  return `${subject} · ${until} · ${fingerprintSha256.slice(0, 16)}`;
}

/** What may be done with a revision now. */
export interface Standing {
  active: Revision | null;
  draft: Revision | null;
  /** The draft was made from an older revision than the one that is active now. */
  outdated: boolean;
  /** The revision that one step back leads to; null where there is none. */
  before: Revision | null;
}

export function standingOf(revisions: readonly Revision[]): Standing {
  const active = revisions.find(({ state }) => state === "active") ?? null;
  const draft = revisions.find(({ state }) => state === "draft") ?? null;
  const replaced = active?.activated?.replaced ?? null;
  return {
    active,
    draft,
    outdated: draft !== null && active !== null && draft.basedOn !== active.number,
    before: revisions.find(({ number }) => number === replaced) ?? null,
  };
}
