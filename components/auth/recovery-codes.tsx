"use client";

import { Callout } from "#components/ui/callout.tsx";
import { CopyButton } from "#components/ui/copy.tsx";

/** Ten codes, the only time they are shown. */
export function RecoveryCodes({ codes }: { codes: readonly string[] }) {
  return (
    <div className="grid gap-3">
      <Callout tone="caution" title="Keep these recovery codes">
        They are shown only this once. Without your phone, each of them signs you in one time. Keep them apart
        from your password.
      </Callout>
      <div className="relative rounded-md border border-line-strong bg-sunken p-3">
        <ul aria-label="Recovery codes" className="grid gap-1 font-mono text-sm sm:grid-cols-2">
          {codes.map((code) => (
            <li key={code} className="select-all">
              {code}
            </li>
          ))}
        </ul>
        <CopyButton value={codes.join("\n")} label="recovery codes" className="absolute top-1 right-1" />
      </div>
    </div>
  );
}
