"use client";

import { useState, useTransition } from "react";
import { Button } from "#components/ui/button.tsx";
import { Callout } from "#components/ui/callout.tsx";
import { Field } from "#components/ui/field.tsx";
import { Input } from "#components/ui/input.tsx";
import { Select } from "#components/ui/select.tsx";
import { Spinner } from "#components/ui/spinner.tsx";
import { Textarea } from "#components/ui/textarea.tsx";
import type { MetadataReading, ProviderReading } from "#lib/drivers/reading-port.ts";
import type { ActionState } from "#lib/platform/action-state.ts";
import { Findings } from "./findings.tsx";
import type { IntakeWords } from "./intake-words.ts";
import { MetadataDrop } from "./metadata-drop.tsx";
import { ProviderRead } from "./provider-read.tsx";

export type IntakeSource =
  | { source: "file"; fileBase64: string }
  | { source: "text"; metadataXml: string }
  | { source: "url"; metadataUrl: string };

/** The document as it was understood, where it came from, and whose it is. */
export interface Understood {
  document: string;
  url: string | null;
  provider: ProviderReading;
  /** Nobody could sign in with what is in it. */
  isUseless: boolean;
}

interface MetadataIntakeProps {
  words: IntakeWords;
  inspect: (source: IntakeSource) => Promise<ActionState<MetadataReading>>;
  /** Told whenever there is another reading; null while there is none to go on with. */
  onUnderstood?: (understood: Understood | null) => void;
}

/**
 * Takes a provider's metadata in as it is at hand (a file dropped or chosen, its address, its text) and shows what was understood,
 * before anything is kept. In a form it fills `metadataXml`, `metadataUrl` and `entityId`.
 */
export function MetadataIntake({ words, inspect, onUnderstood }: MetadataIntakeProps) {
  const [pending, startTransition] = useTransition();
  const [text, setText] = useState("");
  const [url, setUrl] = useState("");
  const [read, setRead] = useState<{ source: IntakeSource; state: ActionState<MetadataReading> } | null>(
    null,
  );
  const [chosen, setChosen] = useState<string | null>(null);

  const tell = (state: ActionState<MetadataReading>, source: IntakeSource, entityId: string | null) =>
    onUnderstood?.(understoodOf(state, source, entityId));
  const readFrom = (source: IntakeSource) =>
    startTransition(async () => {
      const state = await inspect(source);
      startTransition(() => {
        setRead({ source, state });
        setChosen(null);
        tell(state, source, null);
      });
    });
  const understood = read && understoodOf(read.state, read.source, chosen);

  return (
    <div className="grid gap-4">
      <input type="hidden" name="metadataXml" value={understood?.document ?? text} />
      <input type="hidden" name="metadataUrl" value={understood?.url ?? ""} />
      <input type="hidden" name="entityId" value={chosen ?? ""} />
      <MetadataDrop
        words={words}
        onFile={(fileBase64) => {
          setText("");
          readFrom({ source: "file", fileBase64 });
        }}
      />
      <div className="flex items-start gap-2">
        <Field label={words.address} hint={words.addressHint} className="min-w-0 flex-1">
          <Input
            mono
            type="url"
            value={url}
            placeholder="https://idp.example.com/metadata"
            autoComplete="off"
            spellCheck={false}
            onChange={(event) => setUrl(event.currentTarget.value)}
          />
        </Field>
        <Button
          className="mt-6.5"
          disabled={url.trim() === ""}
          pending={pending && url !== ""}
          onClick={() => readFrom({ source: "url", metadataUrl: url.trim() })}
        >
          {words.fetch}
        </Button>
      </div>
      <Field label={words.paste} name="metadataXml" hint={words.pasteHint}>
        <Textarea
          mono
          name=""
          rows={3}
          className="max-h-40"
          value={text}
          spellCheck={false}
          onChange={(event) => {
            const metadataXml = event.currentTarget.value;
            setText(metadataXml);
            if (metadataXml.trim() !== "") readFrom({ source: "text", metadataXml });
          }}
        />
      </Field>
      <div aria-live="polite" className="grid gap-3">
        {pending && (
          <p className="flex items-center gap-2 text-muted text-sm">
            <Spinner /> {words.reading}
          </p>
        )}
        {read && (
          <Reading
            {...read}
            words={words}
            chosen={chosen}
            understood={understood}
            onChoose={(entityId) => {
              setChosen(entityId);
              tell(read.state, read.source, entityId);
            }}
          />
        )}
      </div>
    </div>
  );
}

interface ReadingProps {
  state: ActionState<MetadataReading>;
  words: IntakeWords;
  chosen: string | null;
  understood: Understood | null;
  onChoose: (entityId: string) => void;
}

function Reading({ state, words, chosen, understood, onChoose }: ReadingProps) {
  if (state.status === "error")
    return (
      <Callout tone="negative" title={words.unusable}>
        {Object.values(state.fields ?? {})[0] ?? state.message}
      </Callout>
    );
  if (state.status !== "done") return null;
  const { providers, findings } = state.value;
  return (
    <>
      <Findings findings={findings} words={words} />
      {providers.length > 1 && (
        <Field label={words.chooseProvider}>
          <Select
            value={chosen ?? providers[0]?.entityId}
            options={providers.map(({ entityId, name }) => ({
              value: entityId,
              label: name ? `${name} (${entityId})` : entityId,
            }))}
            onChange={(event) => onChoose(event.currentTarget.value)}
          />
        </Field>
      )}
      {understood && <Findings findings={understood.provider.findings} words={words} />}
      {understood && <ProviderRead provider={understood.provider} words={words} />}
    </>
  );
}

function understoodOf(
  state: ActionState<MetadataReading>,
  source: IntakeSource,
  chosen: string | null,
): Understood | null {
  if (state.status !== "done" || state.value.document === null) return null;
  const { providers, document } = state.value;
  const provider = providers.find(({ entityId }) => entityId === chosen) ?? providers[0];
  if (!provider) return null;
  const url = source.source === "url" ? source.metadataUrl : null;
  return {
    document,
    url,
    provider,
    isUseless: provider.findings.some(({ severity }) => severity === "error"),
  };
}
