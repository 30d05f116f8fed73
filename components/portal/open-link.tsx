import { Button } from "#components/ui/button.tsx";
import { Callout } from "#components/ui/callout.tsx";
import { PageHead } from "#components/ui/page-head.tsx";
import type { Purpose } from "#lib/access/permissions.ts";
import { portalTexts } from "#lib/portal/texts.ts";
import { readVendor } from "#lib/portal/vendor.ts";
import { SetupFacts, type SetupFactsOf } from "./setup-facts.tsx";

interface OpenLinkProps {
  /** What the button sends. */
  token: string;
  action: (form: FormData) => Promise<void>;
  link: SetupFactsOf & { purposes: readonly Purpose[]; note?: string };
  /** Who sent the browser here: somebody with a link, or an application with a ticket. */
  by: "person" | "application";
}

/** A link that nobody opened yet: what it is for, and the button that opens it here. It works without script. */
export async function OpenLink({ token, action, link, by }: OpenLinkProps) {
  const [t, vendor] = [await portalTexts("shell"), await readVendor()];
  return (
    <>
      <PageHead title={t("open.title", { organization: link.organizationName })}>
        {t(by === "person" ? "open.lead" : "open.from_application", { vendor: vendor.name })}
      </PageHead>
      {link.note && <Callout title={t("facts.note")}>{link.note}</Callout>}
      <section className="grid gap-2 text-sm">
        <h2 className="font-medium">{t("facts.for")}</h2>
        <ul className="grid list-disc gap-1 pl-5 text-muted">
          {link.purposes.map((purpose) => (
            <li key={purpose}>{t(`purposes.${purpose}`)}</li>
          ))}
        </ul>
      </section>
      <form action={action} className="grid">
        <input type="hidden" name="token" value={token} />
        <Button type="submit" variant="primary">
          {t("open.begin")}
        </Button>
      </form>
      <SetupFacts link={link} />
    </>
  );
}
