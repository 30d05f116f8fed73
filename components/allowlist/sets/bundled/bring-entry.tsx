"use client";

import type { Route } from "next";
import { useRouter } from "next/navigation";
import { useState } from "react";
import { CustomerSelect } from "#components/customers/customer-select.tsx";
import { Button, LinkButton } from "#components/ui/button.tsx";
import { Callout } from "#components/ui/callout.tsx";
import { Dialog, DialogClose } from "#components/ui/dialog.tsx";
import { Field } from "#components/ui/field.tsx";
import { Form, FormActions, SubmitButton } from "#components/ui/form.tsx";
import { Input } from "#components/ui/input.tsx";
import { bringEntryAction } from "#lib/allowlist/sets/bundled/actions.ts";
import type { Brought } from "#lib/allowlist/sets/bundled/commands.ts";
import type { BundledRow } from "#lib/allowlist/sets/bundled/queries.ts";
import type { CustomerChoice } from "#lib/customers/shape.ts";
import { FindingList } from "../finding-list.tsx";
import { differenceWords } from "../words.ts";

interface BringEntryProps {
  bundleId: string;
  row: BundledRow;
  customers: readonly CustomerChoice[];
}

/** Brings one list of a bundle to its set, or makes the set, and says what became of it. */
export function BringEntry({ bundleId, row, customers }: BringEntryProps) {
  const [open, setOpen] = useState(false);
  const [said, setSaid] = useState<Brought | null>(null);
  const router = useRouter();
  const isNew = row.standing === "unknown";
  return (
    <Dialog
      open={open}
      onOpenChange={(next) => {
        setOpen(next);
        if (!next && said) router.refresh();
        if (next) setSaid(null);
      }}
      trigger={
        <Button size="sm" aria-label={`${isNew ? "Make" : "Bring"} ${row.title}`}>
          {isNew ? "Make the set" : "Bring it"}
        </Button>
      }
      title={said ? TITLES[said.outcome] : isNew ? `Make ${row.title} from the bundle` : `Bring ${row.title}`}
      description={
        said
          ? undefined
          : "The list goes through the same gates as any other. Somebody else accepts it, and no deployment uses it before a change request."
      }
    >
      {said ? (
        <Outcome said={said} />
      ) : (
        <Form action={bringEntryAction} onDone={setSaid}>
          <input type="hidden" name="bundleId" value={bundleId} />
          <input type="hidden" name="position" value={row.position} />
          {isNew && (
            <Field
              label="Of"
              name="customerId"
              hint={
                row.allowsPrivate
                  ? "It may name private networks: it is one customer’s."
                  : "Whose rules may name it."
              }
            >
              <CustomerSelect
                customers={customers}
                before={row.allowsPrivate ? [] : [{ value: "everyone", label: "Every deployment" }]}
                chosen={row.allowsPrivate ? "" : "everyone"}
              />
            </Field>
          )}
          {!isNew && row.here?.number !== null && (
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
      )}
    </Dialog>
  );
}

const TITLES: Record<Brought["outcome"], string> = {
  proposed: "It waits to be accepted",
  refused: "The gates refused it",
  unchanged: "Nothing changed",
};

function Outcome({ said }: { said: Brought }) {
  const { outcome, number, slug, findings, added, removed } = said;
  return (
    <div className="grid gap-4">
      {outcome === "proposed" && (
        <Callout tone="positive" title={`Version ${number}: ${differenceWords(added, removed)} networks`}>
          Somebody else looks at it and accepts it.
        </Callout>
      )}
      {outcome === "unchanged" && (
        <Callout tone="positive">This is what version {number} holds already.</Callout>
      )}
      {outcome === "refused" && (
        <p className="text-muted text-sm">
          Nothing of it is used. It is kept as version {number}, with this:
        </p>
      )}
      <FindingList findings={findings} />
      <FormActions>
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
