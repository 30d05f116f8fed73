"use client";

import { useState } from "react";
import { Button } from "#components/ui/button.tsx";
import { Card } from "#components/ui/card.tsx";
import { Field } from "#components/ui/field.tsx";
import { Input } from "#components/ui/input.tsx";
import { Select } from "#components/ui/select.tsx";
import type { AskedPacket } from "#lib/allowlist/analysis/packet.ts";

const DIRECTIONS = [
  { value: "egress", label: "Out of the site" },
  { value: "ingress", label: "Into the site" },
];
const PROTOCOLS = ["tcp", "udp", "icmp"].map((value) => ({ value, label: value.toUpperCase() }));
const CARRIERS = [
  { value: "application", label: "The installation" },
  { value: "user_browser", label: "A user's browser" },
];

/** One packet, to be asked about. It stands in the URL, so that the answer can be sent to somebody. */
export function PacketBox({ written, problems }: Pick<AskedPacket, "written" | "problems">) {
  const [protocol, setProtocol] = useState<string>(written.protocol);
  const [direction, setDirection] = useState<string>(written.direction);
  return (
    <Card title="Try a packet" description="Asked of the rules in force, not sent to any network.">
      <form
        method="get"
        className="grid gap-4 md:grid-cols-[repeat(3,minmax(0,1fr))] xl:grid-cols-[10rem_11rem_7rem_minmax(0,1fr)_6rem_auto]"
      >
        <Field label="Direction" name="direction">
          <Select
            options={DIRECTIONS}
            value={direction}
            onChange={(event) => setDirection(event.currentTarget.value)}
          />
        </Field>
        <Field label="Opened by" name="by">
          <Select options={CARRIERS} defaultValue={written.by} />
        </Field>
        <Field label="Protocol" name="protocol">
          <Select
            options={PROTOCOLS}
            value={protocol}
            onChange={(event) => setProtocol(event.currentTarget.value)}
          />
        </Field>
        <Field
          label={direction === "egress" ? "To address or name" : "From address"}
          name="peer"
          error={problems.peer}
        >
          <Input
            mono
            autoComplete="off"
            spellCheck={false}
            placeholder={direction === "egress" ? "203.0.113.7 or api.example.com" : "203.0.113.7"}
            defaultValue={written.peer}
          />
        </Field>
        {protocol !== "icmp" && (
          <Field label="Port" name="port" error={problems.port}>
            <Input mono autoComplete="off" defaultValue={written.port} />
          </Field>
        )}
        <div className="flex items-start md:pt-[1.625rem]">
          <Button type="submit" variant="primary">
            Try it
          </Button>
        </div>
      </form>
    </Card>
  );
}
