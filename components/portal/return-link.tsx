import { buttonClass } from "#components/ui/button.tsx";
import { portalTexts } from "#lib/portal/texts.ts";

/**
 * The way back to the application that asked for the set-up. It is pressed and never followed by itself, and names the
 * host it leads to: whoever is sent somewhere sees where. Only web addresses are links at all.
 */
export async function ReturnLink({ to }: { to: string | null }) {
  const url = to === null ? null : URL.parse(to);
  if (url?.protocol !== "https:" && url?.protocol !== "http:") return null;
  const t = await portalTexts("shell");
  return (
    <a
      href={url.href}
      rel="noreferrer"
      className={`${buttonClass({ variant: "primary" }, true)} print:hidden`}
    >
      {t("finish.back", { host: url.host })}
    </a>
  );
}
