"use client";

import { useState, useTransition } from "react";
import { Button } from "#components/ui/button.tsx";
import { Callout } from "#components/ui/callout.tsx";
import { Field } from "#components/ui/field.tsx";
import { Input } from "#components/ui/input.tsx";
import { KeyValue } from "#components/ui/key-value.tsx";
import type { IssuerReading } from "#lib/drivers/reading-port.ts";
import type { ActionState } from "#lib/platform/action-state.ts";
import { Findings } from "./findings.tsx";
import type { IntakeWords } from "./intake-words.ts";
import { Mono } from "./provider-read.tsx";

interface IssuerIntakeProps {
  words: IntakeWords;
  inspect: (issuer: string) => Promise<ActionState<IssuerReading>>;
  defaultValue?: string;
  onRead?: (reading: IssuerReading | null) => void;
}

/** An OpenID provider's issuer, and what it says of itself when asked from where sign-ins will ask it. */
export function IssuerIntake({ words, inspect, defaultValue = "", onRead }: IssuerIntakeProps) {
  const [pending, startTransition] = useTransition();
  const [issuer, setIssuer] = useState(defaultValue);
  const [read, setRead] = useState<{ of: string; state: ActionState<IssuerReading> } | null>(null);
  const check = () =>
    startTransition(async () => {
      const asked = issuer.trim();
      const state = await inspect(asked);
      startTransition(() => {
        const found = state.status === "done" ? state.value : null;
        // Its own spelling is the one that counts; a discovery document's address was not an issuer.
        const corrected = found?.findings.some(({ code }) => code === "discovery_address");
        const next = corrected && found?.issuer ? found.issuer : asked;
        setIssuer(next);
        setRead({ of: next, state });
        onRead?.(found);
      });
    });
  const state = read?.of === issuer.trim() ? read.state : null;
  return (
    <div className="grid gap-3">
      <div className="flex items-start gap-2">
        <Field label={words.issuer} name="issuer" hint={words.issuerHint} required className="min-w-0 flex-1">
          <Input
            mono
            value={issuer}
            placeholder="https://idp.example.com"
            autoComplete="off"
            spellCheck={false}
            onChange={(event) => setIssuer(event.currentTarget.value)}
            onBlur={() => {
              // Whoever goes on to the next field has written it whole.
              if (URL.canParse(issuer.trim()) && read?.of !== issuer.trim()) check();
            }}
          />
        </Field>
        <Button className="mt-6.5" disabled={issuer.trim() === ""} pending={pending} onClick={check}>
          {words.check}
        </Button>
      </div>
      <div aria-live="polite" className="grid gap-3">
        {state?.status === "error" && (
          <Callout tone="negative">{Object.values(state.fields ?? {})[0] ?? state.message}</Callout>
        )}
        {state?.status === "done" && <Findings findings={state.value.findings} words={words} />}
        {state?.status === "done" && state.value.issuer && <IssuerRead reading={state.value} words={words} />}
      </div>
    </div>
  );
}

function IssuerRead({ reading, words }: { reading: IssuerReading; words: IntakeWords }) {
  const { facts } = words;
  const keys = reading.keys.map(({ id, key, algorithm }) => [id, key, algorithm].filter(Boolean).join(" · "));
  return (
    <div className="grid gap-3 rounded-lg border border-line bg-sunken p-4">
      <p className="font-medium text-sm">{words.understood}</p>
      <KeyValue
        items={[
          { label: words.issuer, value: <Mono>{reading.issuer ?? ""}</Mono> },
          ...reading.endpoints.map(({ use, location }) => ({
            label: words.endpoint(use, null),
            value: <Mono>{location}</Mono>,
          })),
          { label: facts.keys, value: keys.join(", ") || facts.none },
          { label: facts.algorithms, value: reading.algorithms.join(", ") || facts.none },
          { label: facts.scopes, value: reading.scopes.join(", ") || facts.none },
        ]}
      />
    </div>
  );
}
