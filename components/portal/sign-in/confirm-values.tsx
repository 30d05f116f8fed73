"use client";

import { Printer } from "lucide-react";
import type { Route } from "next";
import { useRouter } from "next/navigation";
import { useTransition } from "react";
import { useTexts } from "#components/portal/texts.tsx";
import { Button } from "#components/ui/button.tsx";
import { confirmValuesAction } from "#lib/portal/sign-in/actions.ts";
import { StepNav } from "./step-frame.tsx";

/** Says that the values are in the provider now, and leads on. */
export function ConfirmValues({ connectionId }: { connectionId: string }) {
  const t = useTexts("connection");
  const router = useRouter();
  const [pending, startTransition] = useTransition();
  const confirm = () =>
    startTransition(async () => {
      await confirmValuesAction({ connectionId });
      router.push(`/portal/sign-in/${connectionId}/metadata` as Route);
    });
  return (
    <StepNav back={{ href: "/portal/sign-in/new", label: t("values.other") }}>
      <Button variant="ghost" icon={<Printer />} onClick={() => window.print()}>
        {t("values.print")}
      </Button>
      <Button variant="primary" pending={pending} onClick={confirm}>
        {t("values.done")}
      </Button>
    </StepNav>
  );
}
