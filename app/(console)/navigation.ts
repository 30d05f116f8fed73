import type { NavItem } from "#components/shell/nav-item.ts";
import type { Actor } from "#lib/access/actor.ts";
import type { Action } from "#lib/access/permissions.ts";

const PLACES: readonly (NavItem & { needs: readonly Action[] })[] = [
  { href: "/", label: "Overview", icon: "overview", key: "o", needs: [] },
  { href: "/deployments", label: "Deployments", icon: "deployments", key: "d", needs: ["deployment.read"] },
  { href: "/customers", label: "Customers", icon: "customers", key: "c", needs: ["customer.read"] },
  {
    href: "/allowlists",
    label: "Allowlists",
    icon: "allowlists",
    key: "l",
    needs: ["change_request.read"],
  },
  { href: "/crossings", label: "Crossings", icon: "crossings", key: "x", needs: ["crossing.read"] },
  { href: "/guides", label: "Guides", icon: "guides", key: "h", needs: [] },
  { href: "/audit", label: "Audit", icon: "audit", key: "a", needs: ["audit.read"] },
  { href: "/people", label: "People", icon: "people", key: "p", needs: ["person.read"] },
  {
    href: "/settings",
    label: "Settings",
    icon: "settings",
    key: "s",
    needs: ["settings.read", "service.read"],
  },
];

const BEGINNINGS: readonly { label: string; href: string; needs: Action }[] = [
  { label: "New deployment", href: "/deployments/new", needs: "deployment.create" },
];

/** The places this actor may see: one permission of those a place needs is enough. */
export function placesFor(actor: Actor): NavItem[] {
  return PLACES.filter(({ needs }) => needs.length === 0 || needs.some((action) => actor.can(action))).map(
    ({ href, label, icon, key }) => ({ href, label, icon, key }),
  );
}

/** What this actor may begin from anywhere. */
export function beginningsFor(actor: Actor): { label: string; href: string }[] {
  return BEGINNINGS.filter(({ needs }) => actor.can(needs)).map(({ label, href }) => ({ label, href }));
}
