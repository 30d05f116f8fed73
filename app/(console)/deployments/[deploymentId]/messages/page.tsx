import { Boxes } from "lucide-react";
import { EnvironmentSwitch } from "#components/environments/environment-switch.tsx";
import { MessageDrawer } from "#components/messages/message-drawer.tsx";
import { MessagesTable } from "#components/messages/messages-table.tsx";
import { OpenOperations } from "#components/operations/open-operations.tsx";
import { Callout } from "#components/ui/callout.tsx";
import { EmptyState } from "#components/ui/empty-state.tsx";
import { ErrorState } from "#components/ui/error-state.tsx";
import { TryAgain } from "#components/ui/try-again.tsx";
import type { Actor } from "#lib/access/actor.ts";
import { requireActor } from "#lib/auth/session.ts";
import { listEnvironments } from "#lib/environments/queries.ts";
import { getMessage, listMessages } from "#lib/messages/queries.ts";
import { MESSAGE_LIST } from "#lib/messages/schema.ts";
import { listOpenOperations } from "#lib/operations/queries.ts";
import { parseListQuery, type SearchParams, urlWithout } from "#lib/platform/list.ts";
import { orNotFound } from "#lib/platform/page.ts";

export default async function MessagesPage({
  params,
  searchParams,
}: PageProps<"/deployments/[deploymentId]/messages">) {
  const { deploymentId } = await params;
  const query = await searchParams;
  const actor = await requireActor();
  const environments = await orNotFound(async () => {
    actor.must("message.read");
    return await listEnvironments(actor, deploymentId);
  });
  const shown = environments.find(({ id }) => id === query.environment) ?? environments[0];
  if (!shown)
    return (
      <div className="rounded-lg border border-line bg-surface">
        <EmptyState icon={<Boxes />} title="No environments yet.">
          An environment writes messages to people: sign-in codes, invitations, password resets. Make one
          first.
        </EmptyState>
      </div>
    );
  const live = await orNotFound(() => listMessages(actor, shown.id, parseListQuery(query, MESSAGE_LIST)));
  const operations = actor.can("operation.read") ? await listOpenOperations(actor, deploymentId) : [];
  return (
    <div className="grid min-w-0 gap-4">
      <OpenOperations operations={operations} />
      {environments.length > 1 && (
        <EnvironmentSwitch
          deploymentId={deploymentId}
          tab="messages"
          environments={environments}
          shown={shown.id}
        />
      )}
      {live.state === "untold" && <Callout>{live.reason}</Callout>}
      {live.state === "silent" && (
        <div className="rounded-lg border border-line bg-surface">
          <ErrorState title="The messages could not be read." action={<TryAgain />}>
            {live.reason}
          </ErrorState>
        </div>
      )}
      {live.state === "answered" && (
        <>
          <p className="max-w-2xl text-muted text-sm">
            {live.relayed
              ? "The mail relay of this site sends these. What it does not take, an operator brings."
              : "This site has no mail relay: an operator reads each message and brings it to its recipient. To have them sent, set SALLYPORT_SMTP_URL and SALLYPORT_MAIL_FROM at the identity service."}
          </p>
          <MessagesTable page={live.page} relayed={live.relayed} />
          <OpenMessage actor={actor} deploymentId={deploymentId} environmentId={shown.id} query={query} />
        </>
      )}
    </div>
  );
}

interface OpenMessageProps {
  actor: Actor;
  deploymentId: string;
  environmentId: string;
  query: SearchParams;
}

/** The one that the URL names, beside the list. */
async function OpenMessage({ actor, deploymentId, environmentId, query }: OpenMessageProps) {
  const id = query.message;
  if (typeof id !== "string") return null;
  const live = await orNotFound(() => getMessage(actor, environmentId, id));
  if (live.state !== "answered")
    return (
      <Callout tone="caution" title="The message could not be read.">
        {live.reason}
      </Callout>
    );
  return (
    <MessageDrawer
      key={id}
      environmentId={environmentId}
      message={live.message}
      may={{
        reveal: actor.can("message.reveal"),
        deliver: actor.can("message.deliver"),
        sendAgain: actor.can("message.send_again"),
        discard: actor.can("message.discard"),
      }}
      closeHref={`/deployments/${deploymentId}/messages${urlWithout(query, "message")}`}
    />
  );
}
