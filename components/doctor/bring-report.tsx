"use client";

import type { Route } from "next";
import { useRouter } from "next/navigation";
import { toast } from "#components/ui/toast.ts";
import { uploadReportAction } from "#lib/doctor/actions.ts";
import { CONSOLE_DROP_WORDS } from "./drop-words.ts";
import { ReportDrop } from "./report-drop.tsx";

/** Brings a carried report into the console, and opens it. */
export function BringReport({ deploymentId }: { deploymentId: string }) {
  const router = useRouter();
  return (
    <ReportDrop
      action={uploadReportAction}
      fields={{ deploymentId }}
      words={CONSOLE_DROP_WORDS}
      onDone={({ reportId }) => {
        toast("The report is here.");
        router.push(`/deployments/${deploymentId}/doctor/${reportId}` as Route);
      }}
    />
  );
}
