import { type Actor, actorOf } from "#lib/access/actor.ts";
import type { Role } from "#lib/access/permissions.ts";

/** Somebody with this role, who sees these customers. */
export function anActor(role: Role = "owner", customers: "all" | readonly string[] = "all"): Actor {
  return actorOf({
    id: `person_${role}`,
    name: `The ${role}`,
    kind: "person",
    role,
    customers,
    sessionId: "ses_test",
    ip: "192.0.2.7",
  });
}
