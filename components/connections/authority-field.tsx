"use client";

import { useId, useState } from "react";
import { buttonClass } from "#components/ui/button.tsx";
import { cx } from "#components/ui/cx.ts";
import { Field } from "#components/ui/field.tsx";
import { Textarea } from "#components/ui/textarea.tsx";
import type { ActionState } from "#lib/platform/action-state.ts";
import type { AuthorityCertificate } from "#lib/shared/authority.ts";
import type { LdapWords } from "./ldap-words.ts";

interface AuthorityFieldProps {
  words: LdapWords["authority"];
  known: string | undefined;
  /** Says what certificates say, before they are sent. */
  read: (text: string) => Promise<ActionState<AuthorityCertificate[]>>;
}

/** The authority whose certificates are trusted: pasted or from a file, in PEM or DER, with what was understood of it. */
export function AuthorityField({ words, known = "", read }: AuthorityFieldProps) {
  const id = useId();
  const [text, setText] = useState(known);
  const [found, setFound] = useState<ActionState<AuthorityCertificate[]> | null>(null);
  const look = async (next: string) => {
    setText(next);
    setFound(next.trim() === "" ? null : await read(next));
  };
  const take = async (file: File | undefined) => {
    if (file) await look(asText(new Uint8Array(await file.arrayBuffer())));
  };
  return (
    <div className="grid gap-2">
      <Field label={words.label} name="caCertificates" hint={words.hint} optional>
        <Textarea
          mono
          rows={4}
          className="max-h-64"
          value={text}
          placeholder="-----BEGIN CERTIFICATE-----"
          spellCheck={false}
          onChange={(event) => setText(event.currentTarget.value)}
          onBlur={(event) => void look(event.currentTarget.value)}
        />
      </Field>
      <span>
        <input
          id={id}
          type="file"
          accept=".pem,.crt,.cer,.der,.p7b,application/x-x509-ca-cert"
          className="peer sr-only"
          onChange={(event) => void take(event.currentTarget.files?.[0])}
        />
        <label
          htmlFor={id}
          className={cx(
            buttonClass({ size: "sm" }, true),
            "cursor-pointer peer-focus-visible:outline-2 peer-focus-visible:outline-ring peer-focus-visible:outline-offset-2",
          )}
        >
          {words.choose}
        </label>
      </span>
      <div aria-live="polite">
        {found?.status === "error" && <p className="text-negative text-sm">{found.message}</p>}
        {found?.status === "done" && (
          <ul aria-label={words.understood} className="grid gap-1.5">
            {found.value.map((certificate) => (
              <li
                key={certificate.fingerprintSha256}
                className="grid gap-0.5 rounded-md border border-line px-3 py-2 text-sm"
              >
                <span className="flex flex-wrap justify-between gap-x-4">
                  <span className="font-medium [overflow-wrap:anywhere]">{certificate.subject}</span>
                  <span className="text-muted text-xs">
                    {words.until} {certificate.notAfter.slice(0, 10)}
                  </span>
                </span>
                <code className="text-muted text-xs [overflow-wrap:anywhere]">
                  {certificate.fingerprintSha256}
                </code>
                {!certificate.isAuthority && (
                  <span className="text-caution text-xs">{words.not_authority}</span>
                )}
              </li>
            ))}
          </ul>
        )}
      </div>
    </div>
  );
}

/** PEM as it is; what is no text is taken for DER, as Windows exports it. */
function asText(bytes: Uint8Array): string {
  const text = new TextDecoder().decode(bytes);
  if (text.includes("-----BEGIN")) return text;
  const base64 = /^[A-Za-z0-9+/=\s]+$/.test(text) ? text.replace(/\s+/g, "") : base64Of(bytes);
  const lines = base64.match(/.{1,64}/g) ?? [];
  return `-----BEGIN CERTIFICATE-----\n${lines.join("\n")}\n-----END CERTIFICATE-----`;
}

function base64Of(bytes: Uint8Array): string {
  let binary = "";
  for (let at = 0; at < bytes.length; at += 0x8000)
    binary += String.fromCharCode(...bytes.subarray(at, at + 0x8000));
  return btoa(binary);
}
