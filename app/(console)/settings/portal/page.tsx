import type { Metadata } from "next";
import { Card } from "#components/ui/card.tsx";
import { VendorForm } from "#components/vendor/vendor-form.tsx";
import { requireActor } from "#lib/auth/session.ts";
import { orNotFound } from "#lib/platform/page.ts";
import { getVendor } from "#lib/vendor/queries.ts";

export const metadata: Metadata = { title: "Portal settings" };

export default async function PortalSettingsPage() {
  const actor = await requireActor();
  const vendor = await orNotFound(async () => {
    actor.must("settings.read");
    return await getVendor(actor);
  });
  return (
    <Card title="Set-up portal" description="What your customers' people see when they open a set-up link.">
      <VendorForm vendor={vendor} canChange={actor.can("settings.change")} />
    </Card>
  );
}
