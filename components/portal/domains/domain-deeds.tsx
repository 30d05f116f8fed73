"use client";

import { RefreshCw, Undo2 } from "lucide-react";
import { startTransition, useActionState, useEffect, useState } from "react";
import { useTexts } from "#components/portal/texts.tsx";
import { Button } from "#components/ui/button.tsx";
import { Callout } from "#components/ui/callout.tsx";
import { Dialog, DialogClose } from "#components/ui/dialog.tsx";
import type { Checked } from "#lib/domains/commands.ts";
import type { DomainVerdict } from "#lib/drivers/domain-port.ts";
import { type ActionState, IDLE } from "#lib/platform/action-state.ts";
import { checkPortalDomainAction, removePortalDomainAction } from "#lib/portal/domains/actions.ts";
import type { Said } from "#lib/portal/domains/commands.ts";

/** Has the record looked for at once, and says what came of it, for those who do not see the rest change. */
export function CheckNow({ domainId }: { domainId: string }) {
  const t = useTexts("domains");
  const [state, send, pending] = useActionState<ActionState<Checked | "silent">, FormData>(
    checkPortalDomainAction,
    IDLE,
  );
  const isSilent = state.status === "done" && state.value === "silent";
  return (
    <form action={send} className="print:hidden">
      <input type="hidden" name="domainId" value={domainId} />
      <Button type="submit" size="sm" icon={<RefreshCw />} pending={pending}>
        {pending ? t("seen.checking") : t("seen.check")}
      </Button>
      <span
        aria-live="polite"
        className={isSilent || state.status === "error" ? "ml-2 text-negative text-sm" : "sr-only"}
      >
        {!pending && isSilent && t("seen.silent")}
        {!pending && state.status === "error" && t("failed")}
        {!pending && state.status === "done" && <Heard value={state.value} />}
      </span>
    </form>
  );
}

function Heard({ value }: { value: Checked | "silent" }) {
  const t = useTexts("domains");
  if (value === "silent" || value.verdict === "") return null;
  return t("seen.looked", { verdict: t(`seen.verdict.${value.verdict as DomainVerdict}`) });
}

/** Takes back a domain that was mistyped. */
export function TakeBack({ domainId, name }: { domainId: string; name: string }) {
  const t = useTexts("domains");
  const [open, setOpen] = useState(false);
  const [state, send, pending] = useActionState<ActionState<Said>, FormData>(removePortalDomainAction, IDLE);
  useEffect(() => {
    if (state.status === "done" && state.value === "done") setOpen(false);
  }, [state]);
  return (
    <Dialog
      trigger={
        <Button variant="ghost" size="sm" icon={<Undo2 />}>
          {t("remove.button")}
        </Button>
      }
      open={open}
      onOpenChange={setOpen}
      size="sm"
      title={t("remove.title", { domain: name })}
      description={t("remove.text")}
    >
      <form
        className="grid gap-4"
        onSubmit={(event) => {
          event.preventDefault();
          const form = new FormData(event.currentTarget);
          startTransition(() => send(form));
        }}
      >
        <input type="hidden" name="domainId" value={domainId} />
        <div role="alert" className="contents">
          {state.status === "error" && <Callout tone="negative">{t("failed")}</Callout>}
          {state.status === "done" && state.value === "waits" && (
            <Callout tone="caution">{t("remove.waits")}</Callout>
          )}
          {state.status === "done" && state.value === "verified" && <Callout>{t("remove.verified")}</Callout>}
        </div>
        <div className="flex flex-wrap justify-end gap-2">
          <DialogClose>
            <Button>{t("remove.cancel")}</Button>
          </DialogClose>
          <Button type="submit" variant="danger" pending={pending}>
            {t("remove.button")}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}
