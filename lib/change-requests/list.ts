import "server-only";
import { type Actor, visibleTo } from "#lib/access/actor.ts";
import type { Tx } from "#lib/platform/db.ts";
import { type Page, pageBounds } from "#lib/platform/list.ts";
import type { Prisma } from "#lib/platform/prisma/client.ts";
import { ChangeEffect } from "#lib/platform/prisma/enums.ts";
import { containing } from "#lib/platform/sql.ts";
import { REQUEST_STATES, sideOf } from "./policy.ts";
import type { RequestListQuery } from "./schema.ts";

const ROW = {
  id: true,
  number: true,
  title: true,
  ticket: true,
  state: true,
  effect: true,
  changeCount: true,
  waitsFor: true,
  createdByName: true,
  expiresAt: true,
  updatedAt: true,
  deploymentId: true,
  deployment: { select: { name: true } },
  customer: { select: { name: true } },
} as const satisfies Prisma.ChangeRequestSelect;
type Found = Prisma.ChangeRequestGetPayload<{ select: typeof ROW }>;

export interface RequestRow extends Omit<Found, "deployment" | "customer"> {
  deploymentName: string;
  customerName: string;
}

/** One page of requests, of one deployment or of all that the actor may see. */
export async function pageOfRequests(
  tx: Tx,
  actor: Actor,
  query: RequestListQuery,
  within: Prisma.ChangeRequestWhereInput,
): Promise<Page<RequestRow>> {
  const where = { AND: [visibleTo(actor), within, ...narrowed(query, actor)] };
  const total = await tx.changeRequest.count({ where });
  const found = await tx.changeRequest.findMany({
    where,
    select: ROW,
    orderBy: [...order(query), { id: query.direction }],
    ...pageBounds(query),
  });
  const rows = found.map(({ deployment, customer, ...row }) => {
    return { ...row, deploymentName: deployment.name, customerName: customer.name };
  });
  return { rows, total, page: query.page, pageSize: query.pageSize };
}

/** Proposals for which this actor's word would count. */
export function waitingFor(actor: Actor): Prisma.ChangeRequestWhereInput {
  const side = actor.can("change_request.approve") ? sideOf(actor.role) : null;
  if (side === null) return { id: "" };
  return { state: "proposed", waitsFor: { has: side }, NOT: { authorIds: { has: actor.id } } };
}

function narrowed({ filters, search }: RequestListQuery, actor: Actor): Prisma.ChangeRequestWhereInput[] {
  const states = REQUEST_STATES.filter((state) => filters.state.includes(state));
  const effects = Object.values(ChangeEffect).filter((effect) => filters.effect.includes(effect));
  const mine = filters.mine.flatMap((which) =>
    which === "waiting" ? [waitingFor(actor)] : which === "made" ? [{ authorIds: { has: actor.id } }] : [],
  );
  return [
    ...(states.length > 0 ? [{ state: { in: states } }] : []),
    ...(effects.length > 0 ? [{ effect: { in: effects } }] : []),
    ...(filters.customer.length > 0 ? [{ customerId: { in: filters.customer } }] : []),
    ...(mine.length > 0 ? [{ OR: mine }] : []),
    ...search.split(/\s+/).filter(Boolean).slice(0, 8).map(searched),
  ];
}

function searched(word: string): Prisma.ChangeRequestWhereInput {
  const contains = containing(word);
  const number = /^\d{1,6}$/.test(word) ? [{ number: Number(word) }] : [];
  return {
    OR: [
      ...number,
      { title: contains },
      { ticket: contains },
      { reason: contains },
      { deployment: { name: contains } },
      { customer: { name: contains } },
      { id: word },
    ],
  };
}

function order({ sort, direction }: RequestListQuery): Prisma.ChangeRequestOrderByWithRelationInput[] {
  const columns: Record<RequestListQuery["sort"], Prisma.ChangeRequestOrderByWithRelationInput> = {
    changed: { updatedAt: direction },
    number: { number: direction },
    title: { title: direction },
    state: { state: direction },
    deployment: { deployment: { name: direction } },
    customer: { customer: { name: direction } },
    expires: { expiresAt: { sort: direction, nulls: "last" } },
  };
  return [columns[sort]];
}
