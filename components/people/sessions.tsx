"use client";

import { Badge } from "#components/ui/badge.tsx";
import { Button } from "#components/ui/button.tsx";
import { ConfirmDialog } from "#components/ui/confirm-dialog.tsx";
import type { FormAction } from "#components/ui/form.tsx";
import { Time } from "#components/ui/time.tsx";
import { browserWords } from "./browser-words.ts";

interface SessionsProps {
  rows: readonly {
    id: string;
    method: string;
    secondFactor: boolean;
    ip: string | null;
    userAgent: string | null;
    createdAt: Date;
    lastSeenAt: Date;
    isThisOne?: boolean;
  }[];
  /** Ends one; without it there is no button. */
  revoke?: { action: FormAction<void>; fields: Readonly<Record<string, string>> };
}

/** Where somebody is signed in. */
export function Sessions({ rows, revoke }: SessionsProps) {
  if (rows.length === 0) return <p className="px-4 pb-4 text-muted text-sm">Not signed in anywhere.</p>;
  return (
    <ul>
      {rows.map((row) => (
        <li
          key={row.id}
          className="flex flex-wrap items-center justify-between gap-x-4 gap-y-2 border-line border-b px-4 py-2.5 text-sm last:border-0"
        >
          <div className="grid min-w-0 gap-0.5">
            <span
              className="flex flex-wrap items-center gap-2 font-medium"
              title={row.userAgent ?? undefined}
            >
              {browserWords(row.userAgent)}
              {row.isThisOne && <Badge>This browser</Badge>}
            </span>
            <span className="text-muted text-xs">
              {row.ip && <span className="font-mono">{row.ip} · </span>}
              {methodWords(row)} · began <Time at={row.createdAt} /> · last seen <Time at={row.lastSeenAt} />
            </span>
          </div>
          {revoke && !row.isThisOne && (
            <ConfirmDialog
              trigger={<Button size="sm">End</Button>}
              title="End this session"
              description="That browser is signed out at its next click."
              confirm="End session"
              action={revoke.action}
              fields={{ ...revoke.fields, sessionId: row.id }}
              done="Session ended"
            />
          )}
        </li>
      ))}
    </ul>
  );
}

function methodWords({ method, secondFactor }: { method: string; secondFactor: boolean }): string {
  if (method === "sso") return "SSO";
  return secondFactor ? "password and second factor" : "password";
}
