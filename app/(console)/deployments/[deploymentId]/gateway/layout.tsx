import { Tabs } from "#components/ui/tabs.tsx";
import { requireActor } from "#lib/auth/session.ts";
import { findGatewayId } from "#lib/gateways/queries.ts";
import { orNotFound } from "#lib/platform/page.ts";

/** The parts of one gateway, below the parts of the deployment. */
export default async function GatewayLayout({
  params,
  children,
}: LayoutProps<"/deployments/[deploymentId]/gateway">) {
  const { deploymentId } = await params;
  const actor = await requireActor();
  // Its parts have nothing to show before there is one.
  if (!(await orNotFound(async () => findGatewayId(actor, deploymentId)))) return children;
  const at = `/deployments/${deploymentId}/gateway`;
  const tabs = [
    { href: at, label: "Health" },
    { href: `${at}/clients`, label: "Clients" },
    { href: `${at}/events`, label: "Events" },
    { href: `${at}/endpoints`, label: "Endpoints" },
    { href: `${at}/intake`, label: "Intake" },
  ];
  return (
    <div className="grid min-w-0 gap-4">
      <Tabs label="Gateway" tabs={tabs} quiet />
      {children}
    </div>
  );
}
