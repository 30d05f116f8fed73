import { AppError } from "#lib/shared/errors.ts";
import { type Action, type Role, roleCan } from "./permissions.ts";

/** Who asks. Every query and command takes one first. */
export interface Actor {
  readonly id: string;
  readonly name: string;
  readonly kind: "person" | "system";
  readonly role: Role;
  /** The customers whose objects exist for this actor. */
  readonly customers: "all" | readonly string[];
  readonly sessionId: string | null;
  readonly ip: string | null;
  can(action: Action): boolean;
  /** @throws AppError `forbidden` when the role lacks the permission. Objects out of scope are `not_found` instead. */
  must(action: Action): void;
}

type ActorFacts = Omit<Actor, "can" | "must">;

export function actorOf(facts: ActorFacts): Actor {
  return {
    ...facts,
    can: (action) => roleCan(facts.role, action),
    must(action) {
      if (roleCan(facts.role, action)) return;
      throw new AppError(
        "forbidden",
        "Your role does not allow this. Ask an owner or admin of this console.",
      );
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
