import { sealContext } from "#lib/auth/second-factor.ts";
import { secretContext } from "#lib/auth/sso/provider.ts";
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
  addInvitations(drawing, customers);
  addProvider(drawing);
}

interface NewPerson {
  id: string;
  email: string;
  name: string;
  role: (typeof DESKS)[number]["role"] | "customer_admin";
  allCustomers: boolean;
}

function addPerson({ random, rows, since, now, seal }: Drawing, person: NewPerson): void {
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
  if (random.chance(0.4)) return;
  rows.totpFactors.push({
    personId: person.id,
    secretSealed: seal("NOBODYHASTHISDEVICE", sealContext(person.id)),
    confirmedAt: since,
    createdAt: since,
  });
}

const INVITED = [
  { email: "new.colleague@vendor.example", role: "operator", daysAgo: 2, revoked: false },
  { email: "second.auditor@vendor.example", role: "auditor", daysAgo: 6, revoked: false },
  { email: "wrong.addres@vendor.example", role: "operator", daysAgo: 9, revoked: true },
  { email: "never.came@vendor.example", role: "support", daysAgo: 30, revoked: false },
] as const;

/** Colleagues on their way, one who never came, and customers' own people. Nobody has the links. */
function addInvitations(drawing: Drawing, customers: readonly DemoCustomer[]): void {
  const { now } = drawing;
  for (const { daysAgo, ...invited } of INVITED) {
    const createdAt = new Date(now.getTime() - daysAgo * DAY_MS);
    addInvitation(drawing, { ...invited, allCustomers: true, customerIds: [], createdAt });
  }
  for (const { id, slug } of customers.filter((_, index) => index < 60 && index % 12 === 3)) {
    const createdAt = new Date(now.getTime() - drawing.random.int(1, 6 * 24) * HOUR_MS);
    const invited = {
      email: `network-team@${slug}.example`,
      role: "customer_admin",
      revoked: false,
    } as const;
    addInvitation(drawing, { ...invited, allCustomers: false, customerIds: [id], createdAt });
  }
}

interface NewInvitation {
  email: string;
  role: NewPerson["role"];
  allCustomers: boolean;
  customerIds: string[];
  createdAt: Date;
  revoked: boolean;
}

function addInvitation(drawing: Drawing, { revoked, createdAt, ...invited }: NewInvitation): void {
  const id = drawing.random.id("inv", createdAt);
  const revokedAt = revoked ? new Date(createdAt.getTime() + HOUR_MS) : null;
  const expiresAt = new Date(createdAt.getTime() + 7 * DAY_MS);
  const invitedById = deskId(DESKS[0].email);
  // The fingerprint of no token.
  drawing.rows.invitations.push({
    id,
    tokenHash: id,
    ...invited,
    invitedById,
    createdAt,
    expiresAt,
    revokedAt,
  });
  const target = { targetType: "invitation", targetId: id, targetName: invited.email };
  addEvent(drawing, createdAt, "person.invite", { ...target, after: { role: invited.role } });
  if (revokedAt) addEvent(drawing, revokedAt, "person.revoke_invitation", target);
}

/** Switched off: it would lead the sign-in page to an issuer that does not exist. */
function addProvider(drawing: Drawing): void {
  const { rows, random, since, seal } = drawing;
  const id = random.id("sso", since);
  const name = "Vendor's Keycloak";
  rows.ssoProviders.push({
    id,
    name,
    kind: "oidc",
    issuer: "https://keycloak.vendor.example/realms/staff",
    clientId: "sallyport-console",
    clientSecretSealed: seal("no issuer knows this", secretContext(id)),
    enabled: false,
    testedAt: since,
    createdAt: since,
    updatedAt: since,
  });
  const target = { targetType: "sso_provider", targetId: id, targetName: name };
  addEvent(drawing, since, "sso_provider.add", target);
  addEvent(drawing, new Date(since.getTime() + 40 * DAY_MS), "sso_provider.disable", target);
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
