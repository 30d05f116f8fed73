"use client";

import { FileCode2 } from "lucide-react";
import { useId, useState } from "react";
import { buttonClass } from "#components/ui/button.tsx";
import { cx } from "#components/ui/cx.ts";
import { METADATA_FILE_BYTES_MAX } from "#lib/connections/shape.ts";
import type { IntakeWords } from "./intake-words.ts";

/** Where a file is dropped, or chosen with the keyboard. Its bytes are handed on as they are: which encoding, the service sees. */
export function MetadataDrop({ words, onFile }: { words: IntakeWords; onFile: (base64: string) => void }) {
  const id = useId();
  const [over, setOver] = useState(false);
  const [problem, setProblem] = useState<string | null>(null);
  const [name, setName] = useState<string | null>(null);
  const take = async (file: File | undefined) => {
    setOver(false);
    if (!file) return;
    setName(file.name);
    setProblem(file.size > METADATA_FILE_BYTES_MAX ? words.tooLarge : null);
    if (file.size <= METADATA_FILE_BYTES_MAX) onFile(await base64Of(file));
  };
  return (
    <fieldset
      aria-label={words.drop}
      onDragOver={(event) => {
        event.preventDefault();
        setOver(true);
      }}
      onDragLeave={() => setOver(false)}
      onDrop={(event) => {
        event.preventDefault();
        void take(event.dataTransfer.files[0]);
      }}
      className={cx(
        "grid justify-items-center gap-2.5 rounded-lg border border-dashed px-4 py-6 text-center text-sm transition-colors",
        over ? "border-accent-solid bg-accent-soft" : "border-line-strong bg-sunken",
      )}
    >
      <FileCode2 aria-hidden className="size-5 text-muted" />
      <p className="text-muted">{over ? words.dropNow : words.drop}</p>
      <span>
        <input
          id={id}
          type="file"
          accept=".xml,.gz,text/xml,application/xml,application/samlmetadata+xml"
          className="peer sr-only"
          onChange={(event) => {
            const input = event.currentTarget;
            // The same file may be chosen again once it was mended.
            void take(input.files?.[0]).finally(() => {
              input.value = "";
            });
          }}
        />
        <label
          htmlFor={id}
          className={cx(
            buttonClass({}, true),
            "cursor-pointer peer-focus-visible:outline-2 peer-focus-visible:outline-ring peer-focus-visible:outline-offset-2",
          )}
        >
          {words.chooseFile}
        </label>
      </span>
      {name && <p className="font-mono text-xs [overflow-wrap:anywhere]">{name}</p>}
      {problem && (
        <p role="alert" className="text-negative text-xs">
          {problem}
        </p>
      )}
    </fieldset>
  );
}

async function base64Of(file: File): Promise<string> {
  const bytes = new Uint8Array(await file.arrayBuffer());
  let binary = "";
  // In pieces: the arguments of one call are limited.
  for (let at = 0; at < bytes.length; at += 0x8000)
    binary += String.fromCharCode(...bytes.subarray(at, at + 0x8000));
  return btoa(binary);
}
