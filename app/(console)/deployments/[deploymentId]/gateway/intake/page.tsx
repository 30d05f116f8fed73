import type { Metadata } from "next";
import { redirect } from "next/navigation";
import { CreateIntake } from "#components/gateways/intake/create-intake.tsx";
import { Intakes } from "#components/gateways/intake/intakes.tsx";
import { Card } from "#components/ui/card.tsx";
import { requireActor } from "#lib/auth/session.ts";
import { listEnvironments } from "#lib/environments/queries.ts";
import { listIntakes } from "#lib/gateways/intakes/queries.ts";
import { findGatewayId } from "#lib/gateways/queries.ts";
import { orNotFound } from "#lib/platform/page.ts";

export const metadata: Metadata = { title: "Intake of the gateway" };

export default async function IntakePage({
  params,
}: PageProps<"/deployments/[deploymentId]/gateway/intake">) {
  const { deploymentId } = await params;
  const actor = await requireActor();
  const gatewayId = await orNotFound(async () => findGatewayId(actor, deploymentId));
  if (!gatewayId) redirect(`/deployments/${deploymentId}/gateway`);
  const [intakes, environments] = await Promise.all([
    listIntakes(actor, gatewayId),
    listEnvironments(actor, deploymentId),
  ]);
  return (
    <Card
      title="Intake paths"
      description="What may come in from outside, and where. The allowlist has to let its sender in as well."
      actions={
        actor.can("gateway_intake.create") && (
          <CreateIntake
            gatewayId={gatewayId}
            environments={environments.map(({ id, name }) => ({ id, name }))}
          />
        )
      }
      flush
    >
      <Intakes
        intakes={intakes}
        may={{
          change: actor.can("gateway_intake.change"),
          rotate: actor.can("gateway_intake.rotate_secret"),
          remove: actor.can("gateway_intake.remove"),
        }}
      />
    </Card>
  );
}
