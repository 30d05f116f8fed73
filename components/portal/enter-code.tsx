"use client";

import { useActionState } from "react";
import { Button } from "#components/ui/button.tsx";
import { Callout } from "#components/ui/callout.tsx";
import { Field } from "#components/ui/field.tsx";
import { Input } from "#components/ui/input.tsx";
import { type ActionState, IDLE } from "#lib/platform/action-state.ts";
import { type Entered, enterCodeAction } from "#lib/portal/actions.ts";
import { useTexts } from "./texts.tsx";

/** The code from a hand-over sheet, as good as the link itself. */
export function EnterCode() {
  const t = useTexts("shell");
  const [state, send, pending] = useActionState<ActionState<Entered>, FormData>(enterCodeAction, IDLE);
  return (
    <form action={send} className="grid gap-4">
      <div role="alert" className="contents">
        {!pending && state.status === "done" && (
          <Callout tone="negative">{t(`enter.why.${state.value.why}`)}</Callout>
        )}
        {!pending && state.status === "error" && <Callout tone="negative">{t("enter.failed")}</Callout>}
      </div>
      <Field label={t("enter.code")} name="code" required>
        <Input
          autoComplete="off"
          autoCapitalize="characters"
          spellCheck={false}
          maxLength={60}
          placeholder="XXXX-XXXX-XXXX"
          className="font-mono uppercase"
        />
      </Field>
      <Button type="submit" variant="primary" pending={pending}>
        {t("enter.open")}
      </Button>
    </form>
  );
}
