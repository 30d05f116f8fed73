"use client";

import { TraceChecks } from "#components/portal/sign-in/trace-checks.tsx";
import { useCheckWords } from "#components/portal/sign-in/trace-words.ts";
import { useTexts } from "#components/portal/texts.tsx";
import { Card } from "#components/ui/card.tsx";
import { Status } from "#components/ui/status.tsx";
import type { FailedSignIn } from "#lib/drivers/sign-in-port.ts";
import { useExactly, useWhen } from "./when.tsx";

const SHOWN = 10;

interface FailuresProps {
  failures: readonly FailedSignIn[];
  name?: string;
  now: Date;
}

/** Each sign-in that failed, with every check of it a press away. */
export function Failures({ failures, name, now }: FailuresProps) {
  const t = useTexts("board");
  const [when, exactly] = [useWhen(now), useExactly()];
  const said = useCheckWords();
  const description = name ? t("day.of", { name }) : undefined;
  return (
    <Card
      title={t("failures.title")}
      {...(description ? { description } : {})}
      footer={failures.length > SHOWN && t("failures.shown", { count: SHOWN })}
      flush
    >
      {failures.length === 0 ? (
        <p className="px-4 py-3 text-muted text-sm">{t("failures.none")}</p>
      ) : (
        <ul>
          {failures.slice(0, SHOWN).map((failure) => (
            <li key={failure.id} className="border-line border-b last:border-0">
              <details>
                <summary
                  title={t("failures.open")}
                  className="grid cursor-pointer list-none gap-0.5 px-4 py-2.5 text-sm hover:bg-hover [&::-webkit-details-marker]:hidden"
                >
                  <span className="flex flex-wrap items-center justify-between gap-x-4">
                    <Status tone="negative">{failure.who ?? t("failures.unknown")}</Status>
                    {failure.at && (
                      <time
                        dateTime={failure.at.toISOString()}
                        title={exactly(failure.at)}
                        className="text-faint text-xs"
                      >
                        {when(failure.at)}
                      </time>
                    )}
                  </span>
                  <span className="text-muted text-xs [overflow-wrap:anywhere]">
                    {[failure.connectionName, said.failure(failure)].filter(Boolean).join(" · ")}
                  </span>
                </summary>
                <div className="border-line border-t bg-sunken px-4 py-3">
                  <TraceChecks checks={failure.checks} />
                </div>
              </details>
            </li>
          ))}
        </ul>
      )}
    </Card>
  );
}
