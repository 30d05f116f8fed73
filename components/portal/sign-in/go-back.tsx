"use client";

import { Undo2 } from "lucide-react";
import { useTexts } from "#components/portal/texts.tsx";
import { Form, SubmitButton } from "#components/ui/form.tsx";
import { returnAction } from "#lib/portal/sign-in/actions.ts";
import { useRefusals } from "./refusals.ts";

/** The press itself. It is taken back by the same one. */
export function GoBack({ connectionId }: { connectionId: string }) {
  const t = useTexts("connection");
  const { spoken } = useRefusals();
  return (
    <Form action={spoken(returnAction)} done={t("live.wentBack")}>
      <input type="hidden" name="connectionId" value={connectionId} />
      <SubmitButton variant="secondary" icon={<Undo2 />} className="w-fit">
        {t("live.goBack")}
      </SubmitButton>
    </Form>
  );
}
