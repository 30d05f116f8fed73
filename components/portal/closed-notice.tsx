import { LinkButton } from "#components/ui/button.tsx";
import { PageHead } from "#components/ui/page-head.tsx";
import { portalDate, portalTexts } from "#lib/portal/texts.ts";
import { readVendor } from "#lib/portal/vendor.ts";
import type { LookedAt } from "#lib/setup-links/looking.ts";
import type { RefusalReason } from "#lib/setup-links/policy.ts";

interface ClosedNoticeProps {
  why: RefusalReason;
  link: LookedAt | null;
}

/** Why a link leads nowhere, what that means for what was done, and whom to ask. */
export async function ClosedNotice({ why, link }: ClosedNoticeProps) {
  const [t, vendor] = [await portalTexts("shell"), await readVendor()];
  const at = link && momentOf(why, link);
  const facts = {
    date: at ? await portalDate(at) : "",
    by: link?.revokedByName || vendor.name,
    vendor: vendor.name,
  };
  return (
    <>
      <PageHead title={t(`closed.title.${why}`)}>{t(`closed.text.${why}`, facts)}</PageHead>
      <section className="grid gap-1 text-sm">
        <h2 className="font-medium">{t("closed.ask")}</h2>
        <p className="text-muted">
          {link || FROM_APPLICATION.includes(why)
            ? link?.createdByName
              ? t("closed.ask_person", { name: link.createdByName, vendor: vendor.name })
              : t("closed.ask_application")
            : t("closed.ask_vendor", { vendor: vendor.name })}
        </p>
        {vendor.contact && (
          <p className="text-muted">
            {t("closed.contact", { vendor: vendor.name, contact: vendor.contact })}
          </p>
        )}
      </section>
      {why === "purpose" && link ? (
        <LinkButton href="/portal" variant="primary">
          {t("closed.overview")}
        </LinkButton>
      ) : (
        <LinkButton href="/portal/enter">{t("closed.enter_code")}</LinkButton>
      )}
    </>
  );
}

/** What only happens to those whom an application sent. */
const FROM_APPLICATION: readonly RefusalReason[] = ["ticket_expired"];

function momentOf(why: RefusalReason, link: LookedAt): Date | null {
  if (why === "expired") return link.expiresAt;
  if (why === "finished") return link.finishedAt;
  return why === "other_browser" ? link.openedAt : link.revokedAt;
}
