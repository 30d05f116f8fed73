import "server-only";
import type { Actor } from "#lib/access/actor.ts";
import { ROLES, type Role } from "#lib/access/permissions.ts";
import { listStandingSessions, type SessionRow } from "#lib/auth/sessions.ts";
import { inScope } from "#lib/platform/db.ts";
import { type Page, pageBounds } from "#lib/platform/list.ts";
import type { Prisma } from "#lib/platform/prisma/client.ts";
import { PersonStatus } from "#lib/platform/prisma/enums.ts";
import { containing } from "#lib/platform/sql.ts";
import { systemClock } from "#lib/shared/clock.ts";
import { AppError } from "#lib/shared/errors.ts";
import { changeProblem, grantableRoles, permissionsOf } from "./policy.ts";
import type { InvitationListQuery, PersonListQuery } from "./schema.ts";

export interface PersonRow {
  id: string;
  name: string;
  email: string;
  role: Role;
  status: PersonStatus;
  /** How many customers the person sees; null: all of them. */
  customers: number | null;
  secondFactor: boolean;
  lastSeenAt: Date | null;
  createdAt: Date;
}

export interface PersonDetail extends PersonRow {
  hasPassword: boolean;
  passwordSetAt: Date | null;
  recoveryCodesLeft: number;
  providers: string[];
  sessions: SessionRow[];
  /** The customers in reach by name; null: all of them, those to come included. */
  reach: { id: string; name: string }[] | null;
  permissions: ReturnType<typeof permissionsOf>;
  /** Why this actor may not change the person; null: they may. */
  locked: string | null;
}

export interface InvitationRow {
  id: string;
  email: string;
  role: Role;
  customers: number | null;
  inviter: string;
  createdAt: Date;
  expiresAt: Date;
}

/** One page of the people of this console. */
export function listPeople(actor: Actor, query: PersonListQuery): Promise<Page<PersonRow>> {
  actor.must("person.read");
  return inScope(actor, async (tx) => {
    const where = peopleWhere(query);
    const { sort, direction } = query;
    const order = sort === "lastSeenAt" ? { sort: direction, nulls: "last" as const } : direction;
    const orderBy = [{ [sort]: order }, { id: direction }];
    const total = await tx.person.count({ where });
    const people = await tx.person.findMany({ where, select: PERSON_ROW, orderBy, ...pageBounds(query) });
    return { rows: people.map(personRow), total, page: query.page, pageSize: query.pageSize };
  });
}

/** One page of the invitations that still may be used. */
export function listInvitations(
  actor: Actor,
  query: InvitationListQuery,
  now = systemClock(),
): Promise<Page<InvitationRow>> {
  actor.must("person.read");
  return inScope(actor, async (tx) => {
    const open = { purpose: "join", acceptedAt: null, revokedAt: null, expiresAt: { gt: now } } as const;
    const where = { ...open, ...(query.search ? { email: containing(query.search) } : {}) };
    const total = await tx.invitation.count({ where });
    const { direction } = query;
    const by = { created: { createdAt: direction }, email: { email: direction } } as const;
    const rows = await tx.invitation.findMany({
      where,
      select: INVITATION,
      orderBy: [by[query.sort], { id: direction }],
      ...pageBounds(query),
    });
    const ids = rows.flatMap((row) => row.invitedById ?? []);
    const inviters = await tx.person.findMany({
      where: { id: { in: ids } },
      select: { id: true, name: true },
    });
    const names = new Map(inviters.map((person) => [person.id, person.name]));
    const shown = rows.map(({ allCustomers, customerIds, invitedById, email, ...row }) => ({
      ...row,
      email: email ?? "",
      customers: allCustomers ? null : customerIds.length,
      inviter: names.get(invitedById ?? "") ?? "",
    }));
    return { rows: shown, total, page: query.page, pageSize: query.pageSize };
  });
}

/** One person: how they sign in, where they are signed in, and what they can reach. */
export function getPerson(actor: Actor, personId: string, now = systemClock()): Promise<PersonDetail> {
  actor.must("person.read");
  return inScope(actor, async (tx) => {
    const person = await tx.person.findUnique({ where: { id: personId }, select: PERSON_DETAIL });
    if (!person) throw new AppError("not_found", "There is no such person.");
    return {
      ...personRow(person),
      hasPassword: person.passwordSetAt !== null,
      passwordSetAt: person.passwordSetAt,
      recoveryCodesLeft: await tx.recoveryCode.count({ where: { personId, usedAt: null } }),
      providers: person.ssoIdentities.map((identity) => identity.provider.name),
      sessions: await listStandingSessions(tx, personId, now),
      reach: person.allCustomers ? null : person.scopes.map((scope) => scope.customer),
      permissions: permissionsOf(person.role),
      locked: changeProblem(actor, person),
    };
  });
}

/** The roles the actor may hand out, for the forms that do. */
export function listGrantableRoles(actor: Actor): readonly Role[] {
  return grantableRoles(actor.role);
}

function peopleWhere({ search, filters }: PersonListQuery): Prisma.PersonWhereInput {
  const words = search.split(/\s+/).filter(Boolean).slice(0, 8);
  const found = words.map((word) => ({ OR: [{ name: containing(word) }, { email: containing(word) }] }));
  const [wanted, ...others] = filters.secondFactor;
  const confirmed = { confirmedAt: { not: null } };
  const chosen = others.length > 0 ? undefined : wanted;
  return {
    AND: found,
    ...(filters.role.length > 0 ? { role: { in: filters.role.filter(isRole) } } : {}),
    ...(filters.status.length > 0 ? { status: { in: filters.status.filter(isStatus) } } : {}),
    ...(chosen === "on" ? { totpFactor: { is: confirmed } } : {}),
    ...(chosen === "off" ? { NOT: { totpFactor: { is: confirmed } } } : {}),
  };
}

const isRole = (value: string): value is Role => (ROLES as readonly string[]).includes(value);
const isStatus = (value: string): value is PersonStatus => value in PersonStatus;

interface PersonFacts {
  id: string;
  name: string;
  email: string;
  role: Role;
  status: PersonStatus;
  allCustomers: boolean;
  lastSeenAt: Date | null;
  createdAt: Date;
  totpFactor: { confirmedAt: Date | null } | null;
  _count: { scopes: number };
}

function personRow({
  id,
  name,
  email,
  role,
  status,
  lastSeenAt,
  createdAt,
  ...facts
}: PersonFacts): PersonRow {
  const customers = facts.allCustomers ? null : facts._count.scopes;
  const secondFactor = Boolean(facts.totpFactor?.confirmedAt);
  return { id, name, email, role, status, customers, secondFactor, lastSeenAt, createdAt };
}

const PERSON_ROW = {
  id: true,
  name: true,
  email: true,
  role: true,
  status: true,
  allCustomers: true,
  lastSeenAt: true,
  createdAt: true,
  totpFactor: { select: { confirmedAt: true } },
  _count: { select: { scopes: true } },
} as const;

const PERSON_DETAIL = {
  ...PERSON_ROW,
  passwordSetAt: true,
  ssoIdentities: { select: { provider: { select: { name: true } } } },
  scopes: {
    select: { customer: { select: { id: true, name: true } } },
    orderBy: { customer: { name: "asc" } },
  },
} as const;

const INVITATION = {
  id: true,
  email: true,
  role: true,
  allCustomers: true,
  customerIds: true,
  invitedById: true,
  createdAt: true,
  expiresAt: true,
} as const;
