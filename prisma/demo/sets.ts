import { setBook } from "#lib/allowlist/sets/book.ts";
import { BUILT_IN_SETS } from "#lib/allowlist/sets/built-in.ts";
import { judge } from "#lib/allowlist/sets/intake.ts";
import { slugOf } from "#lib/customers/policy.ts";
import type { SetIntake, SetVersionState } from "#lib/platform/prisma/enums.ts";
import { DAY_MS } from "#lib/shared/clock.ts";
import { addEvent, deskId } from "./audit.ts";
import type { DemoCustomer } from "./customers.ts";
import type { Drawing } from "./fleet.ts";
import { DESKS } from "./names.ts";
import { Random } from "./random.ts";

/** The vendor's own set, in the version that every site of the demo uses: its second was accepted since. */
export const UPDATE_SERVERS = {
  slug: "update-servers",
  name: "Update servers",
  versionId: "asetv_01KB45Q0000000000VD0000001",
  number: 1,
  origin: "The vendor’s release engineering",
  changedOn: null,
  checkedOn: "2026-05-04",
  cidrs: ["198.51.100.128/28", "2001:db8:40::/48"],
} as const;

/** The sets as the demo's sites use them. */
export const DEMO_SETS = setBook([...BUILT_IN_SETS, UPDATE_SERVERS]);

export function setIdOf(versionId: string): string {
  return versionId.replace("asetv_", "aset_");
}

/** A list that came, and what became of it. */
interface Came {
  number: number;
  state: SetVersionState;
  text: string;
  intake: SetIntake;
  sourceName: string;
  daysAgo: number;
  id?: string;
}

/** Sets beside those that the product brings, with versions in every state: some customers have their own. */
export function addSets(drawing: Drawing, customers: readonly DemoCustomer[]): void {
  const own = { ...drawing, random: new Random("sets") };
  const { slug, name, origin, versionId, cidrs } = UPDATE_SERVERS;
  const first = cidrs.join("\n");
  addSet(own, { id: setIdOf(versionId), slug, name, origin, customerId: null, daysAgo: 208 }, [
    { ...FILE, number: 1, state: "accepted", text: first, daysAgo: 207, id: versionId },
    { ...FILE, number: 2, state: "accepted", text: `${first}\n198.51.100.144/28`, daysAgo: 3 },
  ]);
  const cloudflare = { id: "aset_01KB45Q0000000000CF0000001", name: "Cloudflare", customerId: null };
  const challenge = "<!DOCTYPE html><html><head><title>Just a moment...</title></head></html>";
  addVersion(own, cloudflare, {
    ...{ number: 2, state: "refused", text: challenge, intake: "url", daysAgo: 34 },
    sourceName: "https://api.cloudflare.com/client/v4/ips",
  });
  for (const [index, customer] of customers.slice(0, 40).entries()) {
    if (index % 4 !== 1) continue;
    const id = own.random.id("aset", customer.createdAt);
    const proxies = [`10.${20 + index}.8.0/29`, `10.${20 + index}.9.0/29`];
    const facts = { name: "Web proxies", origin: `${customer.name}’s network team` };
    const slug = `web-proxies-${slugOf(customer.name).slice(0, 12)}-${id.slice(-6).toLowerCase()}`;
    addSet(own, { id, slug, ...facts, customerId: customer.id, daysAgo: 60 }, [
      { ...BY_HAND, number: 1, state: "accepted", text: proxies.join("\n"), daysAgo: 58 },
      { ...BY_HAND, number: 2, state: "withdrawn", text: `${proxies[0]}`, daysAgo: 20 },
      ...(index % 8 === 1
        ? [
            {
              ...{ ...BY_HAND, number: 3, state: "proposed" as const, daysAgo: 2 },
              text: `${proxies[0]}\n10.${20 + index}.10.0/29`,
            },
          ]
        : []),
    ]);
  }
}

const FILE = { intake: "carried", sourceName: "update-servers.txt" } as const;
const BY_HAND = { intake: "text", sourceName: "" } as const;

interface NewSet {
  id: string;
  slug: string;
  name: string;
  origin: string;
  customerId: string | null;
  daysAgo: number;
}

function addSet(drawing: Drawing, { daysAgo, ...set }: NewSet, versions: readonly Came[]): void {
  const createdAt = before(drawing, daysAgo);
  drawing.rows.addressSets.push({
    ...{ ...set, sourceUrl: null, description: "", allowsPrivate: set.customerId !== null },
    ...{ archivedAt: null, createdAt, updatedAt: createdAt },
  });
  addEvent(drawing, createdAt, "address_set.create", target(set));
  for (const version of versions) addVersion(drawing, set, version);
}

type SetTarget = Pick<NewSet, "id" | "name" | "customerId">;

function addVersion(drawing: Drawing, set: SetTarget, came: Came): void {
  const { rows, random } = drawing;
  const { number, state, text, intake, sourceName, daysAgo } = came;
  const proposedAt = before(drawing, daysAgo);
  const last = rows.addressSetVersions.findLast((row) => row.setId === set.id && row.state === "accepted");
  const lastGood = (last?.cidrs as string[] | undefined) ?? null;
  const { findings, sha256 } = judge({
    ...{ content: Buffer.from(text), lastGood: null, allowsPrivate: true, meant: "" },
  });
  // Addresses for documentation stand in for the vendor's own, and no gate would let them pass.
  const cidrs = state === "refused" ? [] : text.split("\n");
  const decided = state !== "proposed";
  const [bringer, decider] = [DESKS[1] ?? DESKS[0], DESKS[0]];
  rows.addressSetVersions.push({
    ...{ id: came.id ?? random.id("asetv", proposedAt), setId: set.id, customerId: set.customerId },
    ...{ number, state, cidrs, networkCount: cidrs.length, intake, sourceName },
    ...{ contentSha256: sha256, changedOn: null, checkedOn: proposedAt },
    findings: state === "refused" ? findings : [],
    addedCount: cidrs.filter((cidr) => !lastGood?.includes(cidr)).length,
    removedCount: (lastGood ?? []).filter((cidr) => !cidrs.includes(cidr)).length,
    ...{ proposedById: deskId(bringer.email), proposedByName: bringer.name, proposedAt },
    decidedById: decided && state !== "refused" ? deskId(decider.email) : null,
    decidedByName: decided && state !== "refused" ? decider.name : "",
    decidedAt: decided ? new Date(proposedAt.getTime() + DAY_MS / 3) : null,
    decidedReason: state === "refused" ? "Refused by the gates." : "",
  });
  const outcome = state === "refused" ? "refused" : "proposed";
  addEvent(drawing, proposedAt, "address_set.propose", {
    ...{ ...target(set), after: { version: number }, detail: { outcome, intake } },
  });
}

function target({ id, name, customerId }: SetTarget) {
  return { targetType: "address_set", targetId: id, targetName: name, customerId };
}

function before({ now }: Drawing, days: number): Date {
  return new Date(now.getTime() - days * DAY_MS);
}
