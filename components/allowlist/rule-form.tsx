"use client";

import { useState } from "react";
import { Button } from "#components/ui/button.tsx";
import { DialogClose } from "#components/ui/dialog.tsx";
import { Field } from "#components/ui/field.tsx";
import { Form, type FormAction, FormActions, SubmitButton } from "#components/ui/form.tsx";
import { Input } from "#components/ui/input.tsx";
import { Select } from "#components/ui/select.tsx";
import { Textarea } from "#components/ui/textarea.tsx";
import type { RuleRow } from "#lib/allowlist/queries.ts";
import { PeerKind, RuleDirection, RuleProtocol } from "#lib/platform/prisma/enums.ts";
import { readPorts } from "#lib/shared/ports.ts";
import { PeerField } from "./peer-field.tsx";

const DIRECTIONS = [
  { value: "egress", label: "Egress: from the site outwards" },
  { value: "ingress", label: "Ingress: from outside into the site" },
];
const PROTOCOLS = Object.values(RuleProtocol).map((value) => ({ value, label: value.toUpperCase() }));
const CARRIERS = [
  { value: "application", label: "The installation" },
  { value: "user_browser", label: "The browsers of its users" },
];
const KINDS = [
  { value: "cidr", label: "Network" },
  { value: "address_set", label: "Address set" },
  { value: "fqdn", label: "Name" },
];

interface RuleFormProps<Value> {
  action: FormAction<Value>;
  /** The id of what the action acts on. */
  fields: Readonly<Record<string, string>>;
  rule?: RuleRow;
  submit: string;
  done: string;
  onDone: () => void;
}

/** Everything a rule says. */
export function RuleForm<Value>({ action, fields, rule, submit, done, onDone }: RuleFormProps<Value>) {
  const [direction, setDirection] = useState<string>(rule?.direction ?? "egress");
  const [protocol, setProtocol] = useState<string>(rule?.protocol ?? "tcp");
  const [kind, setKind] = useState<PeerKind>(rule?.peerKind ?? "cidr");
  const kinds = direction === RuleDirection.ingress ? KINDS.filter(({ value }) => value !== "fqdn") : KINDS;
  const shownKind = kinds.some(({ value }) => value === kind) ? kind : "cidr";
  return (
    <Form action={action} done={done} onDone={onDone}>
      {Object.entries(fields).map(([name, value]) => (
        <input key={name} type="hidden" name={name} value={value} />
      ))}
      <div className="grid gap-4 sm:grid-cols-2">
        <Field label="Direction" name="direction">
          <Select
            options={DIRECTIONS}
            value={direction}
            onChange={(event) => setDirection(event.currentTarget.value)}
          />
        </Field>
        <Field label="Connection opened by" name="carriedBy">
          <Select options={CARRIERS} defaultValue={rule?.carriedBy ?? "application"} />
        </Field>
        <Field label="Protocol" name="protocol">
          <Select
            options={PROTOCOLS}
            value={protocol}
            onChange={(event) => setProtocol(event.currentTarget.value)}
          />
        </Field>
        {protocol !== RuleProtocol.icmp && <PortsField initial={rule ? rule.ports : "443"} />}
        <Field label={direction === "egress" ? "To" : "From"} name="peerKind">
          <Select
            options={kinds}
            value={shownKind}
            onChange={(event) => setKind(PeerKind[event.currentTarget.value as PeerKind])}
          />
        </Field>
        <PeerField key={shownKind} kind={shownKind} initial={rule?.peerKind === shownKind ? rule.peer : ""} />
      </div>
      <Field
        label="Purpose"
        name="purpose"
        required
        hint="What stops working without it. The firewall team reads this."
      >
        <Textarea rows={2} maxLength={300} defaultValue={rule?.purpose} />
      </Field>
      <div className="grid gap-4 sm:grid-cols-3">
        <Field label="Owner" name="ownerName" optional>
          <Input defaultValue={rule?.ownerName} maxLength={120} />
        </Field>
        <Field label="Ticket" name="ticket" optional>
          <Input defaultValue={rule?.ticket} maxLength={120} />
        </Field>
        <Field label="Expires, in UTC" name="expiresAt" optional>
          <Input type="datetime-local" defaultValue={rule?.expiresAt?.toISOString().slice(0, 16)} />
        </Field>
      </div>
      <FormActions>
        <DialogClose>
          <Button>Cancel</Button>
        </DialogClose>
        <SubmitButton>{submit}</SubmitButton>
      </FormActions>
    </Form>
  );
}

function PortsField({ initial }: { initial: string }) {
  const [text, setText] = useState(initial);
  const reading = text === "" ? null : readPorts(text.trim());
  return (
    <Field label="Port" name="ports" required error={reading && !reading.ok ? reading.problem : undefined}>
      <Input
        mono
        autoComplete="off"
        placeholder="443 or 8000-8100"
        value={text}
        onChange={(event) => setText(event.currentTarget.value)}
      />
    </Field>
  );
}
