import type { Route } from "next";
import Link from "next/link";
import type { ReactNode } from "react";
import { Status, type StatusTone } from "#components/ui/status.tsx";
import type { BoardPart } from "#lib/board/read.ts";
import type { Locale } from "#lib/portal/texts/locales.ts";
import { translatorFor, whenFor } from "#lib/portal/texts.ts";

interface BoardStripProps {
  label: string;
  parts: readonly BoardPart[];
  /** Where each leads; null: it is on this page already. */
  href: string | null;
  now: Date;
  locale: Locale;
}

const WORST = ["negative", "caution", "neutral", "positive"] as const;

/**
 * Every part in one line: how it stands, how many of it, and when it was used last. Written on the server, so that the overview, where it
 * stands too, loads no texts and nothing that reads them.
 */
export function BoardStrip({ label, parts, href, now, locale }: BoardStripProps) {
  const t = translatorFor(locale, "board");
  const when = whenFor(locale, now);
  return (
    <ul
      aria-label={label}
      className="flex flex-wrap gap-px overflow-hidden rounded-lg border border-line bg-line"
    >
      {parts.map(({ kind, total, good, items, lastAt }) => (
        <li key={kind} className="min-w-0 flex-[1_1_9rem] bg-surface">
          <Tile href={href}>
            <Status tone={toneOf(total, items)}>{t(`parts.${kind}`)}</Status>
            <span className="font-semibold text-lg tabular-nums">
              {total === 0 ? "–" : t(`count.${kind}`, { good, total })}
            </span>
            <span className="text-muted text-xs">
              {lastAt && kind !== "redirect_uri" ? t(`last.${kind}`, { when: when(lastAt) }) : "\u00a0"}
            </span>
          </Tile>
        </li>
      ))}
    </ul>
  );
}

function Tile({ href, children }: { href: string | null; children: ReactNode }) {
  const look = "grid h-full content-start gap-0.5 px-4 py-3";
  if (href === null) return <div className={look}>{children}</div>;
  return (
    <Link
      href={href as Route}
      className={`${look} transition-colors duration-100 -outline-offset-2 hover:bg-hover`}
    >
      {children}
    </Link>
  );
}

function toneOf(total: number, items: BoardPart["items"]): StatusTone {
  if (total === 0) return "neutral";
  return WORST.find((tone) => items.some(({ standing }) => standing.tone === tone)) ?? "positive";
}
