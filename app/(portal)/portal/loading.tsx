import { Skeleton } from "#components/ui/skeleton.tsx";
import { portalTexts } from "#lib/portal/texts.ts";

export default async function Loading() {
  const t = await portalTexts("shell");
  return (
    <div className="grid gap-4" aria-busy="true">
      <span className="sr-only">{t("loading")}</span>
      <Skeleton className="h-7 w-40" />
      <Skeleton className="h-24" />
      <Skeleton className="h-24" />
    </div>
  );
}
