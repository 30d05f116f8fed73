import { User, Users } from "lucide-react";
import { Callout } from "#components/ui/callout.tsx";
import { Card } from "#components/ui/card.tsx";
import { Status } from "#components/ui/status.tsx";
import type { Arrivals, DirectoryFailure } from "#lib/drivers/directory-content-port.ts";
import { readLocale } from "#lib/portal/language.ts";
import { writtenTime } from "#lib/portal/texts/dates.ts";
import { spokenOr } from "#lib/portal/texts/spoken.ts";
import { portalDate, portalTexts } from "#lib/portal/texts.ts";

/** A directory as it fills: how much there is, what came last, and what was refused. */
export async function Watching({ seen, name, isLdap }: { seen: Arrivals; name: string; isLdap: boolean }) {
  const [t, locale] = [await portalTexts("directory"), await readLocale()];
  const counts = [
    [t("watch.people"), seen.usersActive],
    [t("watch.inactive"), seen.usersInactive],
    [t("watch.groups"), seen.groups],
    [t("watch.members"), seen.members],
  ] as const;
  const isEmpty = seen.arrivals.length === 0;
  return (
    <>
      <p aria-live="polite">
        {seen.run?.state === "running" ? (
          <Status tone="caution">{t("watch.reading")}</Status>
        ) : seen.lastAt ? (
          <Status tone="positive">{t("watch.receiving", { date: await portalDate(seen.lastAt) })}</Status>
        ) : (
          <Status tone="neutral">{isLdap ? t("watch.waiting_ldap") : t("watch.waiting", { name })}</Status>
        )}
      </p>
      {seen.problem && (
        <Callout tone="negative" title={t("watch.failed")}>
          {spokenOr(locale, "service", seen.problem)}
        </Callout>
      )}
      {isEmpty && !isLdap && !seen.problem && <Callout>{t("watch.waiting_text")}</Callout>}
      <Failures failures={seen.failures} />
      <dl className="grid grid-cols-2 gap-3 sm:grid-cols-4">
        {counts.map(([label, count]) => (
          <div key={label} className="grid gap-0.5 rounded-lg border border-line bg-surface px-3 py-2">
            <dt className="text-muted text-xs">{label}</dt>
            <dd className="font-semibold text-xl tabular-nums">{count}</dd>
          </div>
        ))}
      </dl>
      {!isEmpty && (
        <Card title={t("watch.newest")} flush>
          <ol>
            {seen.arrivals.map(({ id, kind, name: arrived, email, at }) => (
              <li
                key={id}
                className="flex items-center gap-3 border-line border-b px-4 py-2 text-sm last:border-0"
              >
                {kind === "user" ? (
                  <User role="img" aria-label={t("watch.person")} className="size-4 shrink-0 text-muted" />
                ) : (
                  <Users role="img" aria-label={t("watch.group")} className="size-4 shrink-0 text-accent" />
                )}
                <span className="grid min-w-0 flex-1 sm:flex sm:gap-3">
                  <span className="font-medium [overflow-wrap:anywhere]">{arrived || email}</span>
                  <span className="text-muted [overflow-wrap:anywhere]">{email}</span>
                </span>
                <time dateTime={at.toISOString()} className="shrink-0 text-muted text-xs tabular-nums">
                  {writtenTime(at, locale)}
                </time>
              </li>
            ))}
          </ol>
        </Card>
      )}
    </>
  );
}

async function Failures({ failures }: { failures: readonly DirectoryFailure[] }) {
  const t = await portalTexts("directory");
  if (failures.length === 0) return null;
  const rows = await Promise.all(
    failures.map(async ({ kind, detail, count, lastAt }) => {
      const key = `watch.failures.${kind.split(":").at(-1) ?? ""}` as Parameters<typeof t>[0];
      const sentence = t.has(key) ? t(key, { detail } as never) : t("watch.failures.other", { detail });
      return { kind, sentence, times: t("watch.count", { count, date: await portalDate(lastAt) }) };
    }),
  );
  return (
    <Callout tone="caution" title={t("watch.refused")}>
      <ul className="grid gap-2 pt-1">
        {rows.map(({ kind, sentence, times }) => (
          <li key={kind} className="grid">
            <span>{sentence}</span>
            <span className="text-muted text-xs">{times}</span>
          </li>
        ))}
      </ul>
    </Callout>
  );
}
