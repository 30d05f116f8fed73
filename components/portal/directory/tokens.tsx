import { Card } from "#components/ui/card.tsx";
import { Status } from "#components/ui/status.tsx";
import type { DirectoryToken } from "#lib/drivers/directory-port.ts";
import { portalDate, portalTexts } from "#lib/portal/texts.ts";

/** The tokens that are good, by their last characters, and whether anything came with them. */
export async function Tokens({ tokens }: { tokens: readonly DirectoryToken[] }) {
  const t = await portalTexts("directory");
  const rows = await Promise.all(
    tokens.map(async ({ id, suffix, expiresAt, lastUsedAt }) => ({
      ...{ id, suffix, isCurrent: expiresAt === null },
      state: expiresAt ? t("connect.ends", { date: await portalDate(expiresAt) }) : t("connect.current"),
      used: lastUsedAt ? t("connect.used", { date: await portalDate(lastUsedAt) }) : t("connect.unused"),
    })),
  );
  return (
    <Card title={t("connect.tokens")}>
      {rows.length === 0 && <p className="text-muted text-sm">{t("connect.no_token")}</p>}
      <ul className="grid gap-2">
        {rows.map(({ id, suffix, isCurrent, state, used }) => (
          <li key={id} className="flex flex-wrap items-center justify-between gap-x-4 gap-y-1 text-sm">
            <span className="flex flex-wrap items-center gap-x-3">
              <code className="text-xs">{`…${suffix}`}</code>
              <Status tone={isCurrent ? "positive" : "caution"}>{state}</Status>
            </span>
            <span className="text-muted text-xs">{used}</span>
          </li>
        ))}
      </ul>
    </Card>
  );
}
