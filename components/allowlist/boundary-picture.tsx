import { Badge } from "#components/ui/badge.tsx";
import { Card } from "#components/ui/card.tsx";
import type { Boundary } from "#lib/allowlist/queries.ts";
import { DoorList } from "./door-list.tsx";

/** The boundary as a wall with its doors: who stands inside, which way each door opens, and who stands outside. */
export function BoundaryPicture({ boundary }: { boundary: Boundary }) {
  const { doors, moreDoors, rules } = boundary;
  return (
    <Card
      title="The boundary"
      description={summary(boundary)}
      actions={rules.expired > 0 ? <Badge tone="caution">{rules.expired} expired</Badge> : undefined}
    >
      <DoorList deploymentId={boundary.deployment.id} doors={doors} moreDoors={moreDoors} />
    </Card>
  );
}

function summary({ deployment, doors, rules }: Boundary): string {
  if (rules.open === 0) {
    return deployment.mode === "air_gapped"
      ? "No door, as it should be behind an air gap."
      : "No door is open: nothing passes.";
  }
  const out = doors.some((door) => door.direction === "egress");
  const into = doors.some((door) => door.direction === "ingress");
  const ways = out && into ? "out and in" : out ? "only outwards" : "only inwards";
  return `${rules.open.toLocaleString("en")} ${rules.open === 1 ? "rule opens" : "rules open"} doors ${ways}. A dashed line is carried by users' browsers.`;
}
