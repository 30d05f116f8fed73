"use client";

import { useTexts } from "#components/portal/texts.tsx";
import { Form, SubmitButton } from "#components/ui/form.tsx";
import { syncOwnDirectoryAction } from "#lib/portal/directory/actions.ts";

/** Has a directory read now, whole. */
export function SyncAgain({ directoryId }: { directoryId: string }) {
  const t = useTexts("directory");
  return (
    <Form action={syncOwnDirectoryAction}>
      <input type="hidden" name="directoryId" value={directoryId} />
      <SubmitButton variant="secondary">{t("watch.sync")}</SubmitButton>
    </Form>
  );
}
