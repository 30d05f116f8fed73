import type { Route } from "next";
import { LinkButton } from "#components/ui/button.tsx";
import { Card } from "#components/ui/card.tsx";
import { Status } from "#components/ui/status.tsx";
import { portalDay, portalTexts } from "#lib/portal/texts.ts";

interface OwnConnection {
  id: string;
  name: string;
  state: string;
  providerName: string;
  certificateExpiresAt: Date | null;
  isRenewable: boolean;
}

/** The connections of the organization: how each stands, and how to go on. */
export async function OwnConnections({
  connections,
  maySetUp,
}: {
  connections: readonly OwnConnection[];
  maySetUp: boolean;
}) {
  const t = await portalTexts("connection");
  return await Promise.all(
    connections.map(async ({ id, name, state, providerName, certificateExpiresAt, isRenewable }) => {
      const isLive = state !== "draft";
      const known = state === "active" || state === "inactive" ? state : "draft";
      return (
        <Card
          key={id}
          title={providerName}
          description={name}
          actions={
            <>
              {isRenewable && (
                <LinkButton
                  href={`/portal/sign-in/${id}/renew` as Route}
                  variant={maySetUp ? "secondary" : "primary"}
                >
                  {t("list.renew")}
                </LinkButton>
              )}
              {maySetUp && (
                <LinkButton
                  href={`/portal/sign-in/${id}` as Route}
                  variant={isLive ? "secondary" : "primary"}
                >
                  {t(isLive ? "list.look" : "list.continue")}
                </LinkButton>
              )}
            </>
          }
        >
          <div className="flex flex-wrap gap-x-6 gap-y-1 text-sm">
            <Status tone={known === "active" ? "positive" : "neutral"}>{t(`list.states.${known}`)}</Status>
            {certificateExpiresAt && (
              <span className="text-muted">
                {t("list.certificate", { date: await portalDay(certificateExpiresAt) })}
              </span>
            )}
          </div>
        </Card>
      );
    }),
  );
}
