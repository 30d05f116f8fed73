"use client";

import { use, useState } from "react";
import { Field } from "#components/ui/field.tsx";
import { Input } from "#components/ui/input.tsx";
import { Select } from "#components/ui/select.tsx";
import type { SetChoice } from "#lib/allowlist/sets/queries.ts";
import { readPeer } from "#lib/allowlist/shape.ts";
import type { PeerKind } from "#lib/platform/prisma/enums.ts";
import { SetChoices } from "./set-choices.tsx";

const WORDS = {
  cidr: {
    label: "Network",
    hint: "An address, or a network with its prefix length: 203.0.113.0/24, 2001:db8::/32.",
  },
  fqdn: {
    label: "Name",
    hint: "The whole name; * may stand for the first label: *.example.com. Not every firewall can match names.",
  },
};

/** Who stands on the other side. What is wrong with it is said as soon as the field is left, by the server's own words. */
export function PeerField({ kind, initial }: { kind: PeerKind; initial: string }) {
  const sets = use(SetChoices);
  const [text, setText] = useState(initial);
  const [left, setLeft] = useState(false);
  if (kind === "address_set") {
    const chosen = sets.find((set) => set.slug === initial) ?? sets[0];
    return (
      <Field key={kind} label="Address set" name="peer" hint={chosen && originOf(chosen)}>
        <Select
          options={sets.map(({ slug, name, networks }) => ({
            value: slug,
            label: `${name}, ${networks} networks`,
          }))}
          defaultValue={chosen?.slug}
        />
      </Field>
    );
  }
  const reading = left && text !== "" ? readPeer(kind, text.trim()) : null;
  const problem = reading && !reading.ok ? reading.problem : undefined;
  const correction = problem && /did you mean (\S+)\?$/.exec(problem)?.[1];
  return (
    <Field
      key={kind}
      name="peer"
      label={WORDS[kind].label}
      required
      error={problem}
      hint={
        correction ? (
          <button
            type="button"
            className="rounded-sm text-accent hover:underline"
            onClick={() => setText(correction)}
          >
            Use {correction}
          </button>
        ) : (
          WORDS[kind].hint
        )
      }
    >
      <Input
        mono
        autoComplete="off"
        spellCheck={false}
        value={text}
        onChange={(event) => setText(event.currentTarget.value)}
        onBlur={() => setLeft(true)}
      />
    </Field>
  );
}

function originOf({ origin, checkedOn }: SetChoice): string {
  return `From ${origin.replace(/^https:\/\//, "")}, checked on ${checkedOn}.`;
}
