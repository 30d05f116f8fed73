import { AppError } from "#lib/shared/errors.ts";
import { declined } from "#lib/shared/refusals.ts";
import { type Action, type Purpose, purposesCan, type Role, roleCan } from "./permissions.ts";

/** Who asks. Every query and command takes one first. */
export interface Actor {
  readonly id: string;
  readonly name: string;
  /** `link`: whoever opened a set-up link; what it can comes from the link's purposes and not from a role. */
  readonly kind: "person" | "system" | "link";
  readonly role: Role | "link";
  /** The customers whose objects exist for this actor. */
  readonly customers: "all" | readonly string[];
  readonly sessionId: string | null;
  readonly ip: string | null;
  can(action: Action): boolean;
  /** @throws AppError `forbidden` when the role lacks the permission. Objects out of scope are `not_found` instead. */
  must(action: Action): void;
}

/** Somebody of this console, signed in. */
export interface PersonActor extends Actor {
  readonly kind: "person";
  readonly role: Role;
}

type RoleFacts = Omit<Actor, "can" | "must" | "kind" | "role"> & { kind: "person" | "system"; role: Role };

export function actorOf<Facts extends RoleFacts>(facts: Facts): Facts & Pick<Actor, "can" | "must"> {
  return {
    ...facts,
    ...allowing(
      (action) => roleCan(facts.role, action),
      () =>
        new AppError("forbidden", "Your role does not allow this. Ask an owner or admin of this console."),
    ),
  };
}

export interface LinkFacts {
  id: string;
  name: string;
  customerId: string;
  purposes: readonly Purpose[];
  ip: string | null;
}

/** Whoever holds an opened set-up link: sees one customer, and can what the link is for. */
export function linkActor({ id, name, customerId, purposes, ip }: LinkFacts): Actor {
  const customers = [customerId];
  return {
    ...{ id, name, kind: "link", role: "link", customers, sessionId: null, ip },
    ...allowing(
      (action) => purposesCan(purposes, action),
      () => declined("forbidden", "link_not_for_this"),
    ),
  };
}

function allowing(can: Actor["can"], refusal: () => AppError): Pick<Actor, "can" | "must"> {
  return {
    can,
    must(action) {
      if (!can(action)) throw refusal();
    },
  };
}

/** What the worker or a command on the machine does by itself; `name` is what the audit log shows. */
export function systemActor(name: string): Actor {
  return actorOf({
    id: `system:${name}`,
    name,
    kind: "system",
    role: "owner",
    customers: "all",
    sessionId: null,
    ip: null,
  });
}

/** The part of a Prisma `where` that narrows rows having a `customerId` to what the actor may see. */
export function visibleTo(actor: Actor): { customerId?: { in: string[] } } {
  return actor.customers === "all" ? {} : { customerId: { in: [...actor.customers] } };
}

/** The same for the customer rows themselves. */
export function customersVisibleTo(actor: Actor): { id?: { in: string[] } } {
  return actor.customers === "all" ? {} : { id: { in: [...actor.customers] } };
}
