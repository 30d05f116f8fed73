import { DAY_MS, HOUR_MS } from "#lib/shared/clock.ts";
import { addEvent, deskId } from "./audit.ts";
import type { DemoCustomer } from "./customers.ts";
import type { Drawing } from "./fleet.ts";
import { DESKS } from "./names.ts";

/** The desks of the vendor, and a few of customers. None has a password: nobody signs in as them. */
export function addPeople(drawing: Drawing, customers: readonly DemoCustomer[]): void {
  for (const desk of DESKS) {
    addPerson(drawing, { ...desk, id: deskId(desk.email), allCustomers: true });
    addSignIns(drawing, desk.email, desk.name);
  }
  for (const customer of customers.filter((_, index) => index < 60 && index % 6 === 0)) {
    const email = `it-service@${customer.slug}.example`;
    const id = drawing.random.id("per", customer.createdAt);
    addPerson(drawing, { id, email, name: "IT service desk", role: "customer_admin", allCustomers: false });
    drawing.rows.personScopes.push({ personId: id, customerId: customer.id, createdAt: customer.createdAt });
  }
}

interface NewPerson {
  id: string;
  email: string;
  name: string;
  role: (typeof DESKS)[number]["role"] | "customer_admin";
  allCustomers: boolean;
}

function addPerson({ random, rows, since, now }: Drawing, person: NewPerson): void {
  const lastSeenAt = random.chance(0.9)
    ? new Date(now.getTime() - random.int(1, 60) * random.int(1, 24) * 60_000)
    : null;
  rows.people.push({
    ...person,
    status: person.email.startsWith("releases") ? "suspended" : "active",
    passwordHash: null,
    lastSeenAt,
    createdAt: since,
    updatedAt: since,
  });
}

/** Each desk signs in on working days, and now and then mistypes. */
function addSignIns(drawing: Drawing, email: string, name: string): void {
  const { random, now } = drawing;
  const target = { targetType: "person", targetId: deskId(email), targetName: name };
  for (let day = 90; day > 0; day -= random.int(1, 3)) {
    const at = new Date(now.getTime() - day * DAY_MS + random.int(0, 9) * HOUR_MS + random.int(0, 3_599_999));
    if (random.chance(0.06))
      addEvent(drawing, at, "session.sign_in_refused", { ...target, detail: { reason: "password" } });
    addEvent(drawing, new Date(at.getTime() + 40_000), "session.sign_in", {
      ...target,
      detail: { method: "password" },
    });
  }
}
