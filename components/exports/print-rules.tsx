"use client";

import { Printer } from "lucide-react";
import { Form, SubmitButton } from "#components/ui/form.tsx";
import { recordPrintAction } from "#lib/exports/actions.ts";

/** Puts the printing into the history, and opens the browser's print dialog. */
export function PrintRules({ deploymentId }: { deploymentId: string }) {
  return (
    <Form action={recordPrintAction} onDone={() => window.print()}>
      <input type="hidden" name="deploymentId" value={deploymentId} />
      <SubmitButton icon={<Printer />}>Print or save as PDF</SubmitButton>
    </Form>
  );
}
