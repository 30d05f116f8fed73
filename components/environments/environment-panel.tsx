import { Callout } from "#components/ui/callout.tsx";
import { Card } from "#components/ui/card.tsx";
import { CodeBlock } from "#components/ui/code-block.tsx";
import { Copy } from "#components/ui/copy.tsx";
import { KeyValue } from "#components/ui/key-value.tsx";
import { Status } from "#components/ui/status.tsx";
import { Time } from "#components/ui/time.tsx";
import type { KeyRow } from "#lib/api-keys/queries.ts";
import type { RedirectUriProof } from "#lib/doctor/queries.ts";
import type { EnvironmentRow } from "#lib/environments/queries.ts";
import type { Page } from "#lib/platform/list.ts";
import type { RedirectUriRow } from "#lib/redirect-uris/queries.ts";
import { EnvironmentMenu } from "./environment-menu.tsx";
import { KeysCard } from "./keys-card.tsx";
import { RedirectUrisCard } from "./redirect-uris-card.tsx";
import { sdkSamples } from "./snippets.ts";

export interface EnvironmentRights {
  change: boolean;
  remove: boolean;
  createKeys: boolean;
  changeRedirectUris: boolean;
}

interface EnvironmentPanelProps {
  deploymentId: string;
  environment: EnvironmentRow;
  /** Null where the role does not include them. */
  keys: List<KeyRow> | null;
  redirectUris: List<RedirectUriRow>;
  /** What the doctor found of each, by its id. */
  proofs: Record<string, RedirectUriProof>;
  rights: EnvironmentRights;
}

interface List<Row> {
  page: Page<Row>;
  long: boolean;
}

/** One environment: who it is, its keys, where sign-ins return to, and how an application is pointed at it. */
export function EnvironmentPanel({
  deploymentId,
  environment,
  keys,
  redirectUris,
  proofs,
  rights,
}: EnvironmentPanelProps) {
  const { name, state, stateReason, clientId, baseUrl, issuer } = environment;
  const where =
    environment.driver === "workos" ? "WorkOS" : `Offline identity service, ${environment.serviceName}`;
  return (
    <div className="grid min-w-0 gap-4">
      {state === "failing" && (
        <Callout tone="negative" title="This environment does not answer the console.">
          {stateReason} People may still be able to sign in.
        </Callout>
      )}
      {state === "provisioning" && (
        <Callout tone="caution" title="This environment is still being made.">
          See above what it waits for.
        </Callout>
      )}
      <Card
        title={
          <span className="flex flex-wrap items-center gap-x-3">
            {name}
            <StateWord environment={environment} />
          </span>
        }
        actions={rights.change && <EnvironmentMenu environment={environment} canRemove={rights.remove} />}
      >
        <KeyValue
          items={[
            { label: "Client ID", value: clientId && <Copy value={clientId} label="client ID" /> },
            { label: "Base URL", value: baseUrl && <Copy value={baseUrl} label="base URL" /> },
            { label: "Issuer", value: issuer && <Copy value={issuer} label="issuer" /> },
            { label: "Kind", value: environment.kind === "production" ? "Production" : "Staging" },
            { label: "Runs at", value: where },
            {
              label: "Last asked",
              value: environment.lastCheckedAt ? <Time at={environment.lastCheckedAt} /> : "Never",
            },
          ]}
        />
      </Card>
      {keys && <KeysCard environment={environment} {...keys} canCreate={rights.createKeys} />}
      <RedirectUrisCard
        environment={environment}
        {...redirectUris}
        deploymentId={deploymentId}
        proofs={proofs}
        canChange={rights.changeRedirectUris}
      />
      {baseUrl && clientId && (
        <Card title="Use it" description="The official WorkOS SDKs work unchanged: only the address differs.">
          <CodeBlock samples={sdkSamples(baseUrl, clientId)} />
        </Card>
      )}
    </div>
  );
}

function StateWord({ environment: { state } }: { environment: EnvironmentRow }) {
  if (state === "active") return <Status tone="positive">Active</Status>;
  if (state === "failing") return <Status tone="negative">Failing</Status>;
  return <Status tone="caution">Being made</Status>;
}
