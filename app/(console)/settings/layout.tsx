import type { Metadata } from "next";
import { PageHead } from "#components/ui/page-head.tsx";
import { Tabs } from "#components/ui/tabs.tsx";
import { requireActor } from "#lib/auth/session.ts";

export const metadata: Metadata = { title: "Settings" };

export default async function SettingsLayout({ children }: LayoutProps<"/settings">) {
  const actor = await requireActor();
  return (
    <div className="grid gap-5">
      <PageHead title="Settings">What holds for this whole console.</PageHead>
      <Tabs
        label="Settings"
        tabs={[
          ...(actor.can("service.read") ? [{ href: "/settings/services", label: "Identity services" }] : []),
          ...(actor.can("settings.read") ? [{ href: "/settings/sign-in", label: "Sign-in" }] : []),
          ...(actor.can("settings.read") ? [{ href: "/settings/portal", label: "Portal" }] : []),
        ]}
      />
      {children}
    </div>
  );
}
