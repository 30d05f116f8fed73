"use client";

import { Pause, Play } from "lucide-react";
import { Form, SubmitButton } from "#components/ui/form.tsx";
import { pauseBulkAction, resumeBulkAction } from "#lib/fleet/actions.ts";
import type { BulkState } from "#lib/platform/prisma/enums.ts";

/** Stops the making of further requests, and goes on with it. */
export function BulkActions({ bulkId, state }: { bulkId: string; state: BulkState }) {
  if (state === "done") return null;
  const isRunning = state === "running";
  return (
    <Form action={isRunning ? pauseBulkAction : resumeBulkAction} done={isRunning ? "Paused" : "Resumed"}>
      <input type="hidden" name="bulkId" value={bulkId} />
      <SubmitButton icon={isRunning ? <Pause /> : <Play />}>{isRunning ? "Pause" : "Resume"}</SubmitButton>
    </Form>
  );
}
