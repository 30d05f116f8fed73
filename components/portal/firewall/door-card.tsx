"use client";

import { ArrowDownToLine, ArrowUpFromLine } from "lucide-react";
import type { ReactNode } from "react";
import { useTexts } from "#components/portal/texts.tsx";
import { CopyButton } from "#components/ui/copy.tsx";
import type { Door } from "#lib/portal/firewall/doors.ts";

/** One door: which way it opens, to whom, what for, and what stops without it. */
export function DoorCard({ door, until }: { door: Door; until: string | null }) {
  const t = useTexts("firewall");
  const { direction, byBrowser, opens, names, kind, purpose, expired, id } = door;
  const Icon = direction === "egress" ? ArrowUpFromLine : ArrowDownToLine;
  return (
    <li className="grid break-inside-avoid gap-3 rounded-lg border border-line bg-surface p-4">
      <div className="flex items-start justify-between gap-3">
        <div className="flex min-w-0 items-start gap-2.5">
          <Icon aria-hidden className="mt-0.5 size-4 shrink-0 text-muted" />
          <div className="grid min-w-0">
            <h3 className="font-semibold text-sm">{t(`door.${direction}`)}</h3>
            <p className="text-muted text-xs">{t(byBrowser ? "door.by_browser" : "door.by_application")}</p>
          </div>
        </div>
        <span className="print:hidden">
          <CopyButton
            value={door.text}
            label={id}
            words={{ copy: t("door.copy"), copied: t("door.copied") }}
          />
        </span>
      </div>
      {expired && <p className="text-negative text-sm">{t("door.expired")}</p>}
      <dl className="grid gap-x-4 gap-y-2 text-sm sm:grid-cols-[7rem_minmax(0,1fr)]">
        <Fact label={t("door.opens")}>
          <code className="text-xs [overflow-wrap:anywhere]">{opens}</code>
        </Fact>
        {names.length > 0 && (
          <Fact label={t("door.names")}>
            <code className="text-xs [overflow-wrap:anywhere]">{names.join(", ")}</code>
          </Fact>
        )}
        <Fact label={t("door.for")}>{kind ? t(`purposes.${kind}`) : purpose}</Fact>
        {kind && <Fact label={t("door.without")}>{t(`without.${kind}`)}</Fact>}
        {until && !expired && <Fact label={t("door.expires")}>{until}</Fact>}
        <Fact label={t("door.rule")}>
          <code className="text-muted text-xs [overflow-wrap:anywhere]">{id}</code>
        </Fact>
      </dl>
    </li>
  );
}

function Fact({ label, children }: { label: string; children: ReactNode }) {
  return (
    <>
      <dt className="text-muted max-sm:text-xs">{label}</dt>
      <dd className="min-w-0 [overflow-wrap:anywhere] max-sm:mb-1">{children}</dd>
    </>
  );
}
