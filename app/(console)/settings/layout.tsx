import type { Metadata } from "next";
import { PageHead } from "#components/ui/page-head.tsx";
import { Tabs } from "#components/ui/tabs.tsx";

export const metadata: Metadata = { title: "Settings" };

export default function SettingsLayout({ children }: LayoutProps<"/settings">) {
  return (
    <div className="grid gap-5">
      <PageHead title="Settings">What holds for this whole console.</PageHead>
      <Tabs
        label="Settings"
        tabs={[
          { href: "/settings/services", label: "Identity services" },
          { href: "/settings/sign-in", label: "Sign-in" },
        ]}
      />
      {children}
    </div>
  );
}
