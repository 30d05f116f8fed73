import { type Action, PERMISSIONS, type Role, roleCan } from "#lib/access/permissions.ts";
import type { Subject } from "./words.ts";

/** Customers as a form chooses them. */
export interface Reach {
  customers: "all" | "named";
  customerIds: readonly string[];
}

/** Roles that answer for the whole console: a part of it would not be enough. */
const WHOLE: readonly Role[] = ["owner", "admin"];

/** Whether this role may be given that reach. Returns what is wrong with it, or null. */
export function reachProblem(role: Role, reach: Reach): string | null {
  if (WHOLE.includes(role) && reach.customers !== "all")
    return "Owners and admins see all customers. Choose another role to name some.";
  if (role === "customer_admin" && reach.customers !== "named")
    return "A customer admin belongs to named customers. Name at least one.";
  if (reach.customers === "named" && reach.customerIds.length === 0) return "Name at least one customer.";
  return null;
}

/** What a form may offer for this role, in the order it offers it. */
export function reachChoices(role: Role): readonly Reach["customers"][] {
  if (WHOLE.includes(role)) return ["all"];
  return role === "customer_admin" ? ["named"] : ["all", "named"];
}

/** The roles that somebody of this role may hand out. Only owners make owners. */
export function grantableRoles(role: Role | "link"): readonly Role[] {
  if (role === "owner") return ["owner", "admin", "operator", "support", "customer_admin", "auditor"];
  return role === "admin" ? ["admin", "operator", "support", "customer_admin", "auditor"] : [];
}

export interface Standing {
  id: string;
  role: Role | "link";
}

/** Why this actor may not change that person's access, or null. */
export function changeProblem(actor: Standing, person: Standing): string | null {
  if (actor.id === person.id) return "Nobody changes their own access. Ask another owner or admin.";
  if (person.role === "owner" && actor.role !== "owner") return "Only an owner may change an owner.";
  return null;
}

export const LAST_OWNER = "This is the last owner. Make somebody else an owner first.";

/** What a role may do, by what it is done to: `deployment: [read, create]`. */
export function permissionsOf(role: Role): { subject: Subject; verbs: string[] }[] {
  const bySubject = new Map<Subject, string[]>();
  for (const action of Object.keys(PERMISSIONS) as Action[]) {
    const [subject, verb] = action.split(".") as [Subject, string];
    const verbs = bySubject.get(subject) ?? [];
    if (roleCan(role, action)) bySubject.set(subject, [...verbs, verb]);
  }
  return [...bySubject].map(([subject, verbs]) => ({ subject, verbs }));
}
