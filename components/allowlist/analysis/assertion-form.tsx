"use client";

import { Plus } from "lucide-react";
import { useState } from "react";
import { PeerField } from "#components/allowlist/peer-field.tsx";
import { Button } from "#components/ui/button.tsx";
import { Dialog, DialogClose } from "#components/ui/dialog.tsx";
import { Field } from "#components/ui/field.tsx";
import { Form, FormActions, SubmitButton } from "#components/ui/form.tsx";
import { Input } from "#components/ui/input.tsx";
import { Select } from "#components/ui/select.tsx";
import { Textarea } from "#components/ui/textarea.tsx";
import { draftAssertionAction } from "#lib/change-requests/assertions/actions.ts";
import { PeerKind } from "#lib/platform/prisma/enums.ts";

const MUSTS = [
  { value: "deny", label: "Must deny: none of it passes" },
  { value: "allow", label: "Must allow: all of it passes" },
];
const DIRECTIONS = [
  { value: "egress", label: "Egress: from the site outwards" },
  { value: "ingress", label: "Ingress: from outside into the site" },
];
const CARRIERS = [
  { value: "application", label: "The installation" },
  { value: "user_browser", label: "The browsers of its users" },
];
const PROTOCOLS = ["tcp", "udp", "icmp"].map((value) => ({ value, label: value.toUpperCase() }));
const KINDS = [
  { value: "cidr", label: "Network" },
  { value: "address_set", label: "Address set" },
  { value: "fqdn", label: "Name" },
];

/** Puts what has to hold to the draft. */
export function AddAssertion({ deploymentId }: { deploymentId: string }) {
  const [open, setOpen] = useState(false);
  return (
    <Dialog
      open={open}
      onOpenChange={setOpen}
      size="lg"
      trigger={
        <Button variant="primary" icon={<Plus />}>
          Add assertion
        </Button>
      }
      title="Add an assertion"
      description="It opens and closes nothing. A change that would break it cannot be proposed."
    >
      <Form action={draftAssertionAction} done="In your draft" onDone={() => setOpen(false)}>
        <input type="hidden" name="deploymentId" value={deploymentId} />
        <AssertedTraffic />
        <Field label="Reason" name="reason" required hint="Whoever meets it reads this.">
          <Textarea rows={2} maxLength={500} />
        </Field>
        <Field label="Owner" name="ownerName" optional>
          <Input maxLength={120} />
        </Field>
        <FormActions>
          <DialogClose>
            <Button>Cancel</Button>
          </DialogClose>
          <SubmitButton>Add to draft</SubmitButton>
        </FormActions>
      </Form>
    </Dialog>
  );
}

function AssertedTraffic() {
  const [direction, setDirection] = useState("egress");
  const [protocol, setProtocol] = useState("tcp");
  const [kind, setKind] = useState<PeerKind>("cidr");
  const kinds = direction === "ingress" ? KINDS.filter(({ value }) => value !== "fqdn") : KINDS;
  const shown = kinds.some(({ value }) => value === kind) ? kind : "cidr";
  return (
    <div className="grid gap-4 sm:grid-cols-2">
      <Field label="What has to hold" name="must">
        <Select options={MUSTS} defaultValue="deny" />
      </Field>
      <Field label="Direction" name="direction">
        <Select
          options={DIRECTIONS}
          value={direction}
          onChange={(event) => setDirection(event.currentTarget.value)}
        />
      </Field>
      <Field label="Connection opened by" name="carriedBy">
        <Select options={CARRIERS} defaultValue="application" />
      </Field>
      <Field label="Protocol" name="protocol">
        <Select
          options={PROTOCOLS}
          value={protocol}
          onChange={(event) => setProtocol(event.currentTarget.value)}
        />
      </Field>
      {protocol !== "icmp" && (
        <Field label="Port" name="ports" required>
          <Input mono autoComplete="off" placeholder="443 or 1-65535" />
        </Field>
      )}
      <Field label={direction === "egress" ? "To" : "From"} name="peerKind">
        <Select
          options={kinds}
          value={shown}
          onChange={(event) => setKind(PeerKind[event.currentTarget.value as PeerKind])}
        />
      </Field>
      <PeerField key={shown} kind={shown} initial="" />
    </div>
  );
}
