import type { Metadata } from "next";
import { PageHead } from "#components/ui/page-head.tsx";
import { Tabs } from "#components/ui/tabs.tsx";
import { requireActor } from "#lib/auth/session.ts";
import { countWaiting } from "#lib/change-requests/queries.ts";
import { orNotFound } from "#lib/platform/page.ts";

export const metadata: Metadata = { title: "Allowlists" };

export default async function AllowlistsLayout({ children }: LayoutProps<"/allowlists">) {
  const actor = await requireActor();
  const waiting = await orNotFound(() => countWaiting(actor));
  return (
    <div className="grid gap-5">
      <PageHead title="Allowlists">
        What may pass the boundaries of all deployments, and who decides it.
      </PageHead>
      <Tabs
        label="Allowlists"
        tabs={[
          { href: "/allowlists/requests", label: "Requests", ...(waiting > 0 && { count: waiting }) },
          { href: "/allowlists/fleet", label: "Fleet" },
          { href: "/allowlists/review", label: "Review" },
          { href: "/allowlists/packs", label: "Packs" },
          { href: "/allowlists/sets", label: "Sets" },
          ...(actor.can("bundle.read") && actor.customers === "all"
            ? [{ href: "/allowlists/bundles", label: "Bundles" }]
            : []),
        ]}
      />
      {children}
    </div>
  );
}
