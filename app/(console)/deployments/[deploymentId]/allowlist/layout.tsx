import { Tabs } from "#components/ui/tabs.tsx";
import { requireActor } from "#lib/auth/session.ts";

/** The parts of one allowlist, below the parts of the deployment. */
export default async function AllowlistLayout({
  params,
  children,
}: LayoutProps<"/deployments/[deploymentId]/allowlist">) {
  const { deploymentId } = await params;
  const actor = await requireActor();
  const at = `/deployments/${deploymentId}/allowlist`;
  const tabs = [
    { href: at, label: "Rules" },
    { href: `${at}/assertions`, label: "Assertions" },
    { href: `${at}/check`, label: "Check" },
    { href: `${at}/compare`, label: "Compare" },
    ...(actor.can("change_request.read") ? [{ href: `${at}/requests`, label: "Change requests" }] : []),
    ...(actor.can("allowlist_export.read") ? [{ href: `${at}/exports`, label: "Exports" }] : []),
  ];
  return (
    <div className="grid min-w-0 gap-4">
      <Tabs label="Allowlist" tabs={tabs} quiet />
      {children}
    </div>
  );
}
