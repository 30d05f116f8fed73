"use client";

import { useState } from "react";
import { Field } from "#components/ui/field.tsx";
import { Input } from "#components/ui/input.tsx";
import { Select } from "#components/ui/select.tsx";
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

type Traffic = Pick<RuleRow, "direction" | "carriedBy" | "protocol" | "ports" | "peerKind" | "peer">;

interface TrafficFieldsProps {
  traffic?: Traffic | undefined;
  /** Where it says nothing yet. */
  ports: string;
}

/** Which traffic a rule lets pass, or an assertion is about. */
export function TrafficFields({ traffic, ports }: TrafficFieldsProps) {
  const [direction, setDirection] = useState<string>(traffic?.direction ?? "egress");
  const [protocol, setProtocol] = useState<string>(traffic?.protocol ?? "tcp");
  const [kind, setKind] = useState<PeerKind>(traffic?.peerKind ?? "cidr");
  const kinds = direction === RuleDirection.ingress ? KINDS.filter(({ value }) => value !== "fqdn") : KINDS;
  const shownKind = kinds.some(({ value }) => value === kind) ? kind : "cidr";
  return (
    <>
      <Field label="Direction" name="direction">
        <Select
          options={DIRECTIONS}
          value={direction}
          onChange={(event) => setDirection(event.currentTarget.value)}
        />
      </Field>
      <Field label="Connection opened by" name="carriedBy">
        <Select options={CARRIERS} defaultValue={traffic?.carriedBy ?? "application"} />
      </Field>
      <Field label="Protocol" name="protocol">
        <Select
          options={PROTOCOLS}
          value={protocol}
          onChange={(event) => setProtocol(event.currentTarget.value)}
        />
      </Field>
      {protocol !== RuleProtocol.icmp && <PortsField initial={traffic?.ports ?? ports} />}
      <Field label={direction === "egress" ? "To" : "From"} name="peerKind">
        <Select
          options={kinds}
          value={shownKind}
          onChange={(event) => setKind(PeerKind[event.currentTarget.value as PeerKind])}
        />
      </Field>
      <PeerField
        key={shownKind}
        kind={shownKind}
        initial={traffic?.peerKind === shownKind ? traffic.peer : ""}
      />
    </>
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
