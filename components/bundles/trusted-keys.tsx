"use client";

import { ShieldCheck } from "lucide-react";
import { useState } from "react";
import { Badge } from "#components/ui/badge.tsx";
import { Button } from "#components/ui/button.tsx";
import { Card } from "#components/ui/card.tsx";
import { ConfirmDialog } from "#components/ui/confirm-dialog.tsx";
import { Dialog, DialogClose } from "#components/ui/dialog.tsx";
import { EmptyState } from "#components/ui/empty-state.tsx";
import { Field } from "#components/ui/field.tsx";
import { Form, FormActions, SubmitButton } from "#components/ui/form.tsx";
import { Input } from "#components/ui/input.tsx";
import { Textarea } from "#components/ui/textarea.tsx";
import { Time } from "#components/ui/time.tsx";
import { addTrustAction, revokeTrustAction } from "#lib/bundles/actions.ts";
import type { TrustRow } from "#lib/bundles/trust/queries.ts";
import { grouped } from "./words.ts";

interface TrustedKeysProps {
  trusts: readonly TrustRow[];
  may: { add: boolean; revoke: boolean };
}

/** The other consoles whose bundles are taken here. */
export function TrustedKeys({ trusts, may }: TrustedKeysProps) {
  const add = may.add && <AddTrust />;
  return (
    <Card
      title="Keys of other consoles"
      description="A bundle is taken in only if one of these signed it."
      actions={trusts.length > 0 && add}
    >
      {trusts.length === 0 ? (
        <EmptyState icon={<ShieldCheck />} title="No console is trusted yet." action={add}>
          Add the key of the console whose bundles are carried here.
        </EmptyState>
      ) : (
        <ul className="grid gap-4">
          {trusts.map((trust) => (
            <li key={trust.id} className="grid gap-1.5 border-line border-b pb-4 last:border-0 last:pb-0">
              <div className="flex flex-wrap items-center justify-between gap-2">
                <span className="flex flex-wrap items-center gap-2 text-sm">
                  <span className="font-medium">{trust.name}</span>
                  <Badge tone={trust.revokedAt ? "negative" : "positive"}>
                    {trust.revokedAt ? "Revoked" : "Trusted"}
                  </Badge>
                </span>
                {may.revoke && trust.revokedAt === null && <RevokeTrust trust={trust} />}
              </div>
              <code className="text-xs leading-6 [overflow-wrap:anywhere]">{grouped(trust.fingerprint)}</code>
              <p className="text-muted text-sm">
                Added by {trust.addedByName}, <Time at={trust.addedAt} />.{" "}
                {trust.bundles === 1 ? "1 bundle" : `${trust.bundles.toLocaleString("en")} bundles`} taken in.
                {trust.revokedAt && (
                  <>
                    {" "}
                    Revoked by {trust.revokedByName}, <Time at={trust.revokedAt} />: {trust.revokedReason}
                  </>
                )}
              </p>
            </li>
          ))}
        </ul>
      )}
    </Card>
  );
}

function AddTrust() {
  const [open, setOpen] = useState(false);
  return (
    <Dialog
      open={open}
      onOpenChange={setOpen}
      trigger={
        <Button variant="primary" icon={<ShieldCheck />}>
          Trust a console
        </Button>
      }
      title="Trust a console’s key"
      description="The key may come by any way. The fingerprint has to come by another: read out by somebody there whom you know."
    >
      <Form action={addTrustAction} done="The key is trusted." onDone={() => setOpen(false)}>
        <Field label="Name" name="name">
          <Input autoComplete="off" maxLength={80} placeholder="The vendor’s console" />
        </Field>
        <Field label="Key" name="key" hint="The whole line, from the other console’s page of keys.">
          <Textarea mono rows={3} spellCheck={false} placeholder="sallyport-bundle-key.con_…" />
        </Field>
        <Field
          label="Fingerprint, as it was read to you"
          name="fingerprint"
          hint="64 digits; blanks do not matter. A key with another fingerprint is not added."
        >
          <Textarea mono rows={2} spellCheck={false} />
        </Field>
        <FormActions>
          <DialogClose>
            <Button>Cancel</Button>
          </DialogClose>
          <SubmitButton>Trust this key</SubmitButton>
        </FormActions>
      </Form>
    </Dialog>
  );
}

function RevokeTrust({ trust }: { trust: TrustRow }) {
  return (
    <ConfirmDialog
      trigger={<Button size="sm">Revoke</Button>}
      title={`Revoke the key of ${trust.name}?`}
      description="Nothing that it signed is taken in any more, nor brought to a set. It cannot be added again: the other console makes another."
      confirm="Revoke key"
      action={revokeTrustAction}
      fields={{ trustId: trust.id }}
      done="Revoked."
    >
      <Field label="Why" name="reason" required>
        <Input autoComplete="off" maxLength={300} />
      </Field>
    </ConfirmDialog>
  );
}
