import { Texts } from "#components/portal/texts.tsx";
import type { Revision } from "#lib/drivers/revision-port.ts";
import { portalDate, portalTexts, textsFor } from "#lib/portal/texts.ts";
import { GoBack } from "./go-back.tsx";

interface BackToBeforeProps {
  connectionId: string;
  active: Revision | null;
  before: Revision | null;
}

/** One press back to what people signed in by before, where there is such a thing. */
export async function BackToBefore({ connectionId, active, before }: BackToBeforeProps) {
  if (!before || !active?.activated) return null;
  const t = await portalTexts("connection");
  return (
    <div className="grid gap-2 rounded-lg border border-line bg-surface px-4 py-3 print:hidden">
      <p className="text-sm">{t("live.before", { date: await portalDate(active.activated.at) })}</p>
      <Texts {...(await textsFor("connection"))}>
        <GoBack connectionId={connectionId} />
      </Texts>
    </div>
  );
}
