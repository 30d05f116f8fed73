import type { Metadata } from "next";
import { DeploymentActions } from "#components/deployments/deployment-actions.tsx";
import { HealthStatus } from "#components/deployments/health-status.tsx";
import { ModeBadge } from "#components/deployments/mode-badge.tsx";
import { Breadcrumb } from "#components/ui/breadcrumb.tsx";
import { PageHead } from "#components/ui/page-head.tsx";
import { Tabs } from "#components/ui/tabs.tsx";
import type { Actor } from "#lib/access/actor.ts";
import { requireActor } from "#lib/auth/session.ts";
import { listCustomerChoices } from "#lib/customers/queries.ts";
import { listNeighbours } from "#lib/deployments/overview.ts";
import { type DeploymentRow, getDeployment } from "#lib/deployments/queries.ts";
import { orNotFound } from "#lib/platform/page.ts";

export async function generateMetadata({
  params,
}: LayoutProps<"/deployments/[deploymentId]">): Promise<Metadata> {
  const { deploymentId } = await params;
  const { name, customerName } = await orNotFound(async () =>
    getDeployment(await requireActor(), deploymentId),
  );
  return { title: `${name}, ${customerName}` };
}

export default async function DeploymentLayout({
  params,
  children,
}: LayoutProps<"/deployments/[deploymentId]">) {
  const { deploymentId } = await params;
  const actor = await requireActor();
  const deployment = await orNotFound(() => getDeployment(actor, deploymentId));
  return (
    <div className="grid gap-5">
      <Breadcrumb items={await crumbs(actor, deployment)} />
      <PageHead
        title={deployment.name}
        status={
          <>
            <HealthStatus {...deployment} />
            <ModeBadge mode={deployment.mode} />
          </>
        }
        actions={
          <DeploymentActions
            deployment={{ ...deployment, archived: deployment.archivedAt !== null }}
            may={{
              change: actor.can("deployment.change"),
              archive: actor.can("deployment.archive"),
              restore: actor.can("deployment.restore"),
            }}
          />
        }
      >
        {[deployment.customerName, deployment.site].filter(Boolean).join(" · ")}
      </PageHead>
      <Tabs label="Deployment" tabs={tabs(actor, deployment)} />
      {children}
    </div>
  );
}

function tabs(actor: Actor, { id, environments, connections, directories, rules }: DeploymentRow) {
  const at = `/deployments/${id}`;
  return [
    { href: at, label: "Overview" },
    { href: `${at}/status`, label: "State" },
    { href: `${at}/environments`, label: "Environments", count: environments },
    { href: `${at}/connections`, label: "Connections", count: connections },
    { href: `${at}/directories`, label: "Directories", count: directories },
    { href: `${at}/domains`, label: "Domains" },
    { href: `${at}/setup-links`, label: "Set-up links" },
    ...(actor.can("message.read") ? [{ href: `${at}/messages`, label: "Messages" }] : []),
    { href: `${at}/allowlist`, label: "Allowlist", count: rules },
    ...(actor.can("crossing.read") ? [{ href: `${at}/crossings`, label: "Crossings" }] : []),
    { href: `${at}/gateway`, label: "Gateway" },
    { href: `${at}/doctor`, label: "Doctor" },
    ...(actor.can("audit.read") ? [{ href: `${at}/audit`, label: "Audit" }] : []),
  ];
}

async function crumbs(actor: Actor, { id, name, customerId, customerName }: DeploymentRow) {
  const [customers, neighbours] = await Promise.all([
    listCustomerChoices(actor, { limit: 30 }),
    listNeighbours(actor, customerId),
  ]);
  return [
    { label: "Deployments", href: "/deployments" },
    {
      label: customerName,
      href: `/customers/${customerId}`,
      switchTo: customers
        .filter((other) => other.id !== customerId)
        .map((other) => ({ label: other.name, href: `/customers/${other.id}` })),
    },
    {
      label: name,
      href: `/deployments/${id}`,
      switchTo: neighbours
        .filter((other) => other.id !== id)
        .map((other) => ({ label: other.name, href: `/deployments/${other.id}` })),
    },
  ];
}
