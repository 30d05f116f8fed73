"use client";

import { PackageOpen } from "lucide-react";
import { useState } from "react";
import { Button } from "#components/ui/button.tsx";
import { Dialog } from "#components/ui/dialog.tsx";
import { Field } from "#components/ui/field.tsx";
import { Form, FormActions, SubmitButton } from "#components/ui/form.tsx";
import { Input } from "#components/ui/input.tsx";
import { toast } from "#components/ui/toast.ts";
import { previewPackAction } from "#lib/allowlist/actions.ts";
import { PACK_QUESTIONS, type PackQuestion } from "#lib/allowlist/packs.ts";
import type { PackPreview } from "#lib/allowlist/queries.ts";
import { draftRulePackAction } from "#lib/change-requests/actions.ts";
import { PackPreviewList } from "./pack-preview.tsx";

const QUESTIONS = Object.keys(PACK_QUESTIONS) as PackQuestion[];

interface PackDialogProps {
  deploymentId: string;
  packName: string;
  summary: string;
  primary?: boolean;
}

/** Asks what only the site knows, shows what the pack would open, and puts that to the draft. */
export function PackDialog({ deploymentId, packName, summary, primary = false }: PackDialogProps) {
  const [open, setOpen] = useState(false);
  const [answers, setAnswers] = useState<Record<string, string>>({});
  const [preview, setPreview] = useState<PackPreview | null>(null);
  const change = (next: boolean) => {
    setOpen(next);
    setPreview(null);
  };
  const hidden = { deploymentId, ...answers };
  return (
    <Dialog
      open={open}
      onOpenChange={change}
      size="lg"
      trigger={
        <Button variant={primary ? "primary" : "secondary"} icon={<PackageOpen />}>
          Apply rule pack
        </Button>
      }
      title={`Rule pack: ${packName}`}
      description={summary}
    >
      {preview === null ? (
        <Form action={previewPackAction} onDone={setPreview}>
          <input type="hidden" name="deploymentId" value={deploymentId} />
          {QUESTIONS.map((name) => (
            <Field
              key={name}
              label={PACK_QUESTIONS[name].label}
              name={name}
              hint={PACK_QUESTIONS[name].hint}
              optional
            >
              <Input
                mono
                autoComplete="off"
                spellCheck={false}
                value={answers[name] ?? ""}
                onChange={(event) => setAnswers({ ...answers, [name]: event.currentTarget.value })}
              />
            </Field>
          ))}
          <FormActions>
            <SubmitButton>Preview rules</SubmitButton>
          </FormActions>
        </Form>
      ) : (
        <Form
          action={draftRulePackAction}
          onDone={() => {
            toast("Added to your draft");
            change(false);
          }}
        >
          {Object.entries(hidden).map(([name, value]) => (
            <input key={name} type="hidden" name={name} value={value} />
          ))}
          <PackPreviewList preview={preview} />
          {preview.toAdd.length > 0 && (
            <div className="grid gap-4 sm:grid-cols-2">
              <Field label="Owner" name="ownerName" optional>
                <Input maxLength={120} />
              </Field>
              <Field label="Ticket" name="ticket" optional>
                <Input maxLength={120} />
              </Field>
            </div>
          )}
          <FormActions>
            <Button onClick={() => setPreview(null)}>Back</Button>
            <SubmitButton disabled={preview.toAdd.length === 0}>
              {preview.toAdd.length === 1
                ? "Add 1 rule to draft"
                : `Add ${preview.toAdd.length} rules to draft`}
            </SubmitButton>
          </FormActions>
        </Form>
      )}
    </Dialog>
  );
}
