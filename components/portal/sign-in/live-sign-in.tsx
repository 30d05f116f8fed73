import type { Route } from "next";
import { LinkButton } from "#components/ui/button.tsx";
import { Status } from "#components/ui/status.tsx";
import type { Revision } from "#lib/drivers/revision-port.ts";
import { portalTexts } from "#lib/portal/texts.ts";
import { BackToBefore } from "./back-to-before.tsx";
import { InUse } from "./in-use.tsx";
import { StepFrame, StepNav } from "./step-frame.tsx";

interface LiveSignInProps {
  signIn: {
    id: string;
    state: string;
    provider: string;
    protocol: string;
    waiting: Revision;
    active: Revision | null;
    before: Revision | null;
  };
}

/** A sign-in that is set up: what is in use, and what may be changed. */
export async function LiveSignIn({ signIn }: LiveSignInProps) {
  const t = await portalTexts("connection");
  const { id, state, provider, protocol, waiting, active, before } = signIn;
  const at = `/portal/sign-in/${id}`;
  const isOn = state === "active";
  return (
    <StepFrame
      title={t("live.title", { provider })}
      lead={t("live.lead")}
      status={
        <Status tone={isOn ? "positive" : "neutral"}>
          {t(`list.states.${isOn ? "active" : "inactive"}`)}
        </Status>
      }
    >
      <InUse title={t("live.inUse")} revision={waiting} />
      <p className="flex flex-wrap gap-2">
        <LinkButton href={`${at}/test` as Route}>{t("live.test")}</LinkButton>
        {protocol === "saml" && <LinkButton href={`${at}/renew` as Route}>{t("list.renew")}</LinkButton>}
        <LinkButton href={`${at}/metadata` as Route}>{t("live.changeProvider")}</LinkButton>
        <LinkButton href={`${at}/mapping` as Route}>{t("live.changeMapping")}</LinkButton>
        <LinkButton href={`${at}/values` as Route} variant="ghost">
          {t("live.values")}
        </LinkButton>
      </p>
      <BackToBefore connectionId={id} active={active} before={before} />
      <StepNav back={{ href: "/portal/sign-in", label: t("nav.back") }} />
    </StepFrame>
  );
}
