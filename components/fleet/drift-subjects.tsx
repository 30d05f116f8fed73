"use client";

import { useRouter } from "next/navigation";
import { Button } from "#components/ui/button.tsx";
import { ConfirmDialog } from "#components/ui/confirm-dialog.tsx";
import { Field } from "#components/ui/field.tsx";
import { Input } from "#components/ui/input.tsx";
import { Textarea } from "#components/ui/textarea.tsx";
import { startBulkAction } from "#lib/fleet/actions.ts";
import type { DriftSubject } from "#lib/fleet/queries.ts";
import { SUBJECT_WORDS } from "#lib/fleet/words.ts";

/** What has moved on, and the one press that asks for it everywhere. */
export function DriftSubjects({ subjects, mayAsk }: { subjects: readonly DriftSubject[]; mayAsk: boolean }) {
  if (subjects.length === 0) return null;
  return (
    <ul className="grid gap-3 sm:grid-cols-2 xl:grid-cols-3">
      {subjects.map((one) => (
        <li
          key={`${one.subject} ${one.subjectId}`}
          className="flex items-center justify-between gap-3 rounded-lg border border-line bg-surface px-4 py-3"
        >
          <div className="grid min-w-0">
            <span className="truncate font-medium text-sm" title={one.subjectName}>
              {one.subjectName}
            </span>
            <span className="text-muted text-xs">
              {SUBJECT_WORDS[one.subject]}, version {one.wanted} · {counted(one.deployments)} behind
            </span>
          </div>
          {mayAsk && one.unasked > 0 ? (
            <AskEverywhere subject={one} />
          ) : (
            <span className="shrink-0 text-muted text-xs">
              {one.unasked === 0 ? "All asked" : `${one.unasked} not asked`}
            </span>
          )}
        </li>
      ))}
    </ul>
  );
}

function AskEverywhere({ subject: one }: { subject: DriftSubject }) {
  const router = useRouter();
  return (
    <ConfirmDialog
      trigger={
        <Button size="sm" aria-label={`Propose ${one.subjectName} everywhere`}>
          Propose
        </Button>
      }
      title={`Use version ${one.wanted} of ${one.subjectName} everywhere?`}
      description={`A change request is made and proposed at each of ${counted(one.unasked)} that nobody has asked yet. Each is approved, applied and verified like every other; one that would break an assertion is held. You may leave: the worker makes them.`}
      confirm={`Propose at ${counted(one.unasked)}`}
      tone="primary"
      action={startBulkAction}
      fields={{
        subject: one.subject,
        subjectId: one.subjectId,
        versionNumber: String(one.wanted),
      }}
      onDone={({ bulkId }) => router.push(`/allowlists/fleet/${bulkId}`)}
    >
      <div className="grid gap-4">
        <Field label="Reason" name="reason" required>
          <Textarea rows={3} maxLength={2000} />
        </Field>
        <Field label="Ticket" name="ticket" optional>
          <Input maxLength={120} />
        </Field>
      </div>
    </ConfirmDialog>
  );
}

function counted(deployments: number): string {
  return `${deployments.toLocaleString("en")} ${deployments === 1 ? "deployment" : "deployments"}`;
}
