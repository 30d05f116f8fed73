import { Tabs } from "#components/ui/tabs.tsx";

/** The parts of one gateway, below the parts of the deployment. */
export default async function GatewayLayout({
  params,
  children,
}: LayoutProps<"/deployments/[deploymentId]/gateway">) {
  const { deploymentId } = await params;
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
