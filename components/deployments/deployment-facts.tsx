import type { ReactNode } from "react";
import { Badge } from "#components/ui/badge.tsx";
import { Card } from "#components/ui/card.tsx";
import { Copy } from "#components/ui/copy.tsx";
import { KeyValue } from "#components/ui/key-value.tsx";
import { Time } from "#components/ui/time.tsx";
import type { DeploymentRow } from "#lib/deployments/queries.ts";
import { REGIME_WORDS } from "#lib/deployments/words.ts";

/** What is known of a deployment, at a glance. */
export function DeploymentFacts({ deployment }: { deployment: DeploymentRow & { notes: string } }) {
  const { ownerName, productVersion, tags, lastHeardAt, createdAt, id, notes } = deployment;
  const facts: [string, ReactNode][] = [
    ["Last heard", lastHeardAt ? <Time key="heard" at={lastHeardAt} /> : "Never"],
    ["Version", productVersion && <code>{productVersion}</code>],
    ["Owner", ownerName],
    ["Regimes", <Words key="regimes" words={regimeWords(deployment)} />],
    ["Tags", <Words key="tags" words={tags} />],
    ["Added", <Time key="added" at={createdAt} show="date" />],
    ["Id", <Copy key="id" value={id} label="deployment id" />],
  ];
  return (
    <Card title="Facts">
      <KeyValue items={facts.map(([label, value]) => ({ label, value }))} />
      {notes && <p className="mt-1 whitespace-pre-line border-line border-t pt-3">{notes}</p>}
    </Card>
  );
}

function Words({ words }: { words: readonly string[] }) {
  if (words.length === 0) return <span className="text-faint">None</span>;
  return (
    <span className="flex flex-wrap gap-1">
      {words.map((word) => (
        <Badge key={word}>{word}</Badge>
      ))}
    </span>
  );
}

function regimeWords({ regimes, regimeOther }: DeploymentRow): string[] {
  return regimes.map((regime) => (regime === "other" && regimeOther ? regimeOther : REGIME_WORDS[regime]));
}
