"use client";

import { Upload } from "lucide-react";
import type { Route } from "next";
import { useState } from "react";
import { Button, LinkButton } from "#components/ui/button.tsx";
import { Callout } from "#components/ui/callout.tsx";
import { Dialog, DialogClose } from "#components/ui/dialog.tsx";
import { Field } from "#components/ui/field.tsx";
import { Form, FormActions, SubmitButton } from "#components/ui/form.tsx";
import { Input } from "#components/ui/input.tsx";
import { Select } from "#components/ui/select.tsx";
import { Textarea } from "#components/ui/textarea.tsx";
import { proposeVersionAction } from "#lib/allowlist/sets/actions.ts";
import type { Proposed } from "#lib/allowlist/sets/propose.ts";
import type { SetDetails } from "#lib/allowlist/sets/queries.ts";
import { FindingList } from "./finding-list.tsx";
import { differenceWords } from "./words.ts";

/** Brings a list to a set: by text, file, address or carried file, and says what became of it. */
export function BringVersion({ set }: { set: SetDetails }) {
  const [open, setOpen] = useState(false);
  const [said, setSaid] = useState<Proposed | null>(null);
  const change = (next: boolean) => {
    setOpen(next);
    setSaid(null);
  };
  return (
    <Dialog
      open={open}
      onOpenChange={change}
      trigger={
        <Button variant={set.waiting ? "secondary" : "primary"} icon={<Upload />}>
          Bring a version
        </Button>
      }
      title={said ? TITLES[said.outcome] : "Bring a version"}
      description={
        said
          ? undefined
          : "The list goes through the gates that real feeds have failed. Somebody else accepts it, and no deployment uses it before a change request."
      }
    >
      {said ? (
        <Outcome said={said} onAgain={() => setSaid(null)} />
      ) : (
        <IntakeForm set={set} onDone={setSaid} />
      )}
    </Dialog>
  );
}

const TITLES: Record<Proposed["outcome"], string> = {
  proposed: "It waits to be accepted",
  refused: "The gates refused it",
  unchanged: "Nothing changed",
};

function Outcome({ said, onAgain }: { said: Proposed; onAgain: () => void }) {
  const { outcome, number, slug, findings, added, removed } = said;
  return (
    <div className="grid gap-4">
      {outcome === "proposed" && (
        <Callout tone="positive" title={`Version ${number}: ${differenceWords(added, removed)} networks`}>
          Somebody else looks at it and accepts it.
        </Callout>
      )}
      {outcome === "unchanged" && (
        <Callout tone="positive">
          This is what version {number} holds. It is now known to be so today.
        </Callout>
      )}
      {outcome === "refused" && (
        <p className="text-muted text-sm">
          Nothing of it is used. It is kept as version {number}, with this:
        </p>
      )}
      <FindingList findings={findings} />
      <FormActions>
        {outcome === "refused" && <Button onClick={onAgain}>Bring another</Button>}
        {outcome !== "unchanged" && (
          <LinkButton
            variant={outcome === "proposed" ? "primary" : "secondary"}
            href={`/allowlists/sets/${slug}/versions/${number}` as Route}
          >
            See version {number}
          </LinkButton>
        )}
        <DialogClose>
          <Button>Close</Button>
        </DialogClose>
      </FormActions>
    </div>
  );
}

function IntakeForm({ set, onDone }: { set: SetDetails; onDone: (said: Proposed) => void }) {
  const [intake, setIntake] = useState(set.sourceUrl ? "url" : "text");
  const isFile = intake === "file" || intake === "carried";
  return (
    <Form action={proposeVersionAction} onDone={onDone}>
      <input type="hidden" name="setId" value={set.id} />
      <Field label="From" name="intake">
        <Select
          value={intake}
          onChange={(event) => setIntake(event.currentTarget.value)}
          options={[
            { value: "url", label: "The set’s address", disabled: !set.sourceUrl },
            { value: "text", label: "Text" },
            { value: "file", label: "A file" },
            { value: "carried", label: "A carried file, with its SHA-256" },
          ]}
        />
      </Field>
      {intake === "url" && (
        <p className="text-muted text-sm [overflow-wrap:anywhere]">
          This console reads <code className="text-ink text-xs">{set.sourceUrl}</code> once, now.
        </p>
      )}
      {intake === "text" && (
        <Field label="Networks" name="text" hint="One a line; # begins a comment. JSON is read as well.">
          <Textarea
            mono
            rows={8}
            className="max-h-72"
            placeholder={set.allowsPrivate ? "10.20.0.0/16" : "198.41.128.0/17"}
            spellCheck={false}
          />
        </Field>
      )}
      {isFile && (
        <Field label="File" name="file" hint="One network a line, or JSON. At most 1 MB.">
          <Input type="file" accept=".txt,.json,.csv,text/plain,application/json" />
        </Field>
      )}
      {intake === "carried" && (
        <Field
          label="SHA-256"
          name="sha256"
          hint="From what came with the file by another way. Another file than this is refused."
        >
          <Input mono autoComplete="off" spellCheck={false} maxLength={64} />
        </Field>
      )}
      <Field label="Changed by its origin on" name="changedOn" optional>
        <Input type="date" />
      </Field>
      {set.newest && (
        <Field
          label="It is meant to differ that much"
          name="meant"
          optional
          hint="A list more than twice or less than half the last one is refused, unless you say why that is meant. Whoever accepts it reads this."
        >
          <Input autoComplete="off" maxLength={300} />
        </Field>
      )}
      <FormActions>
        <DialogClose>
          <Button>Cancel</Button>
        </DialogClose>
        <SubmitButton>Bring it to the gates</SubmitButton>
      </FormActions>
    </Form>
  );
}
