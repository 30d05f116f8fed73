"use client";

import { Check } from "lucide-react";
import type { Route } from "next";
import Link from "next/link";
import { usePathname } from "next/navigation";
import type { ReactNode } from "react";
import { cx } from "#components/ui/cx.ts";
import type { Part, Step } from "#lib/portal/steps.ts";
import { useTexts } from "./texts.tsx";

interface ProgressProps {
  parts: readonly Part[];
  /** The steps that are done. */
  done: readonly string[];
}

/** The parts of the set-up, how far each has come, and the steps of the one at hand. */
export function Progress({ parts, done }: ProgressProps) {
  const t = useTexts("shell");
  const path = usePathname();
  return (
    <nav aria-label={t("progress.label")}>
      <ol className="flex flex-wrap gap-1 md:grid">
        <li>
          <Place href="/portal" here={path === "/portal"} label={t("progress.overview")} />
        </li>
        {parts.map((part) => {
          const here = path === part.path || path.startsWith(`${part.path}/`);
          const count = part.steps.filter((step) => done.includes(step)).length;
          return (
            <li key={part.id}>
              <Place
                href={part.path}
                here={here}
                label={t(`parts.${part.id}`)}
                trail={
                  count === part.steps.length ? (
                    <Done label={t("progress.done")} />
                  ) : (
                    t("progress.count", { done: count, total: part.steps.length })
                  )
                }
              />
              {here && <Steps steps={part.steps} done={done} />}
            </li>
          );
        })}
        <li>
          <Place href="/portal/done" here={path === "/portal/done"} label={t("progress.finish")} />
        </li>
        <li className="md:mt-2 md:border-line md:border-t md:pt-2">
          <Place href="/portal/firewall" here={path === "/portal/firewall"} label={t("progress.firewall")} />
        </li>
        <li>
          <Place href="/portal/status" here={path === "/portal/status"} label={t("progress.status")} />
        </li>
      </ol>
    </nav>
  );
}

interface PlaceProps {
  href: string;
  here: boolean;
  label: string;
  trail?: ReactNode;
}

function Place({ href, here, label, trail }: PlaceProps) {
  return (
    <Link
      href={href as Route}
      aria-current={here ? "page" : undefined}
      className={cx(
        "flex items-center justify-between gap-3 rounded-md px-2.5 py-1.5 text-sm",
        here ? "bg-pressed font-medium text-ink" : "text-muted hover:bg-hover hover:text-ink",
      )}
    >
      {label}
      {trail && <span className="text-muted text-xs tabular-nums">{trail}</span>}
    </Link>
  );
}

function Steps({ steps, done }: { steps: readonly Step[]; done: readonly string[] }) {
  const t = useTexts("shell");
  return (
    <ol className="my-1 ml-2.5 grid gap-0.5 border-line border-l pl-3 max-md:hidden">
      {steps.map((step) => (
        <li key={step} className="flex items-center justify-between gap-2 py-0.5 pr-2.5 text-muted text-xs">
          {t(`steps.${step}`)}
          {done.includes(step) && <Done label={t("progress.done")} />}
        </li>
      ))}
    </ol>
  );
}

function Done({ label }: { label: string }) {
  return (
    <>
      <Check aria-hidden className="size-3.5 shrink-0 text-positive" strokeWidth={2.5} />
      <span className="sr-only">{label}</span>
    </>
  );
}
