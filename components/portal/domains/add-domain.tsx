"use client";

import { useActionState, useEffect, useState } from "react";
import { useTexts } from "#components/portal/texts.tsx";
import { Button } from "#components/ui/button.tsx";
import { Callout } from "#components/ui/callout.tsx";
import { Card } from "#components/ui/card.tsx";
import { Field } from "#components/ui/field.tsx";
import { Input } from "#components/ui/input.tsx";
import { bareName } from "#lib/domains/shape.ts";
import { type ActionState, IDLE } from "#lib/platform/action-state.ts";
import { addPortalDomainAction } from "#lib/portal/domains/actions.ts";
import type { Said } from "#lib/portal/domains/commands.ts";

interface AddDomainProps {
  /** Whether there is one already. */
  again: boolean;
  /** Whom to ask. */
  askName: string;
}

/** Adds a domain; the list above then holds the record to publish. */
export function AddDomain({ again, askName }: AddDomainProps) {
  const t = useTexts("domains");
  const [state, send, pending] = useActionState<ActionState<Said>, FormData>(addPortalDomainAction, IDLE);
  const [typed, setTyped] = useState("");
  const [sent, setSent] = useState("");
  useEffect(() => {
    if (state.status === "done" && state.value !== "taken") setTyped("");
  }, [state]);
  return (
    <Card title={again ? t("add.again") : t("add.title")}>
      <form
        action={(form) => {
          setSent(bareName(typed));
          send(form);
        }}
        className="grid gap-3"
      >
        <div role="alert" className="contents">
          {!pending && <Outcome state={state} domain={sent} askName={askName} />}
        </div>
        <Field label={t("add.domain")} name="domain" required hint={t("add.hint")}>
          <Input
            mono
            autoComplete="off"
            autoCapitalize="none"
            spellCheck={false}
            maxLength={300}
            placeholder={t("add.example")}
            value={typed}
            onChange={(event) => setTyped(event.currentTarget.value)}
          />
        </Field>
        <div>
          <Button type="submit" variant={again ? "secondary" : "primary"} pending={pending}>
            {t("add.button")}
          </Button>
        </div>
      </form>
    </Card>
  );
}

function Outcome({ state, domain, askName }: { state: ActionState<Said>; domain: string; askName: string }) {
  const t = useTexts("domains");
  if (state.status === "idle") return null;
  if (state.status === "error")
    return <Callout tone="negative">{state.fields?.domain ? t("add.malformed") : t("failed")}</Callout>;
  if (state.value === "done") return <Callout tone="positive">{t("add.done", { domain })}</Callout>;
  if (state.value === "waits") return <Callout tone="caution">{t("add.waits", { domain })}</Callout>;
  return <Callout tone="negative">{t("add.taken", { domain, name: askName })}</Callout>;
}
