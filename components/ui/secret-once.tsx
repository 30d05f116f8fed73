"use client";

import type { ReactNode } from "react";
import { Callout } from "./callout.tsx";
import { CopyButton } from "./copy.tsx";

interface SecretOnceProps {
  /** What it is: "API key". */
  label: string;
  value: string;
  /** What to do with it; that it is shown once is said already. */
  children?: ReactNode;
}

/** A secret, the only time it is shown. Kept out of the page as soon as the person leaves it. */
export function SecretOnce({ label, value, children }: SecretOnceProps) {
  return (
    <div className="grid gap-3">
      <Callout tone="caution" title={`Copy this ${label} now`}>
        It is shown only this once and cannot be read again. {children}
      </Callout>
      <div className="flex items-center gap-2 rounded-md border border-line-strong bg-sunken py-1 pr-1 pl-2.5">
        <code className="min-w-0 flex-1 select-all text-sm [overflow-wrap:anywhere]">{value}</code>
        <CopyButton value={value} label={label} />
      </div>
    </div>
  );
}
