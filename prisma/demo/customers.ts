import { slugOf } from "#lib/customers/policy.ts";
import { addEvent } from "./audit.ts";
import type { Drawing } from "./fleet.ts";
import { ROOTS, SECTORS, type SectorName } from "./names.ts";

export interface DemoCustomer {
  id: string;
  name: string;
  slug: string;
  root: string;
  sector: SectorName;
  createdAt: Date;
  /** How many deployments it has had so far. */
  deployments: number;
}

const PARTS = ["", " North", " South", " East", " West", " Central", " Coast", " Islands"];
const NAMES = Object.keys(SECTORS) as [SectorName, ...SectorName[]];

/** Draws the customers. Names come by turns, so that none comes twice and all sectors come early. */
export function addCustomers(drawing: Drawing): DemoCustomer[] {
  return Array.from({ length: drawing.customers }, (_, index) => addCustomer(drawing, index));
}

function addCustomer(drawing: Drawing, index: number): DemoCustomer {
  const { random, rows, since, now } = drawing;
  const { name, root, sector } = nameOf(index);
  const createdAt = random.between(since, new Date(now.getTime() - (now.getTime() - since.getTime()) / 4));
  const slug = slugOf(name);
  const customer = { id: random.id("cus", createdAt), name, slug, root, sector, createdAt, deployments: 0 };
  const contactEmail = random.chance(0.85) ? `it-service@${slug}.example` : null;
  const notes = random.chance(0.25) ? random.pick(NOTES) : "";
  rows.customers.push({
    id: customer.id,
    name,
    slug,
    contactEmail,
    notes,
    archivedAt: null,
    createdAt,
    updatedAt: createdAt,
  });
  const target = { targetType: "customer", targetId: customer.id, targetName: name };
  addEvent(drawing, createdAt, "customer.create", {
    ...target,
    customerId: customer.id,
    after: { name, contactEmail, notes },
  });
  return customer;
}

/** Each index names another pair of root and form; when all pairs are used up, parts of the country follow. */
function nameOf(index: number): { name: string; root: string; sector: SectorName } {
  const sector = NAMES[index % NAMES.length] ?? NAMES[0];
  const forms = SECTORS[sector].forms;
  const turn = Math.floor(index / NAMES.length);
  const root = ROOTS[(turn * 7 + (index % NAMES.length) * 11) % ROOTS.length] ?? ROOTS[0];
  const round = Math.floor(turn / ROOTS.length);
  // Shifted by the turn, so that neighbours in the list are not all named by the same form.
  const form = forms[(round + turn) % forms.length] ?? forms[0];
  const part = PARTS[Math.floor(round / forms.length)] ?? ` ${round}`;
  return { name: `${form.replace("{}", root)}${part}`, root, sector };
}

const NOTES = [
  "Firewall changes go through their weekly board; send the rule list on Mondays.",
  "Two separate networks. Nothing may refer to the other one by name.",
  "Wants every change announced five working days ahead.",
  "Certificates are renewed by their own team each quarter.",
] as const;
