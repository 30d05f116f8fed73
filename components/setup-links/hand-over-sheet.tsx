"use client";

import { renderSVG } from "uqr";
import { useTexts } from "#components/portal/texts.tsx";
import { writtenDate } from "#lib/portal/texts/dates.ts";
import type { Locale } from "#lib/portal/texts/locales.ts";
import type { MadeLink } from "#lib/setup-links/commands.ts";
import type { Vendor } from "#lib/vendor/schema.ts";

interface HandOverSheetProps {
  link: MadeLink;
  vendor: Vendor;
  locale: Locale;
}

/** One page of paper for a site that no message reaches: the address, the code to type, and the link as a picture. */
export function HandOverSheet({ link, vendor, locale }: HandOverSheetProps) {
  const [t, shell] = [useTexts("sheet"), useTexts("shell")];
  const picture = renderSVG(link.url, { border: 1, ecc: "M", whiteColor: "#ffffff", blackColor: "#000000" });
  const facts = [
    [t("asked_by"), `${link.createdByName}, ${vendor.name}`],
    [t("valid_until"), writtenDate(link.expiresAt, locale)],
    ...(link.note ? [[t("note"), link.note]] : []),
  ];
  return (
    <article lang={locale} className="sheet grid gap-6 text-sm">
      <header className="flex items-baseline justify-between gap-4 border-line border-b pb-3">
        <span className="font-semibold">{vendor.name}</span>
        <span className="text-muted">{t("kind")}</span>
      </header>
      <div className="grid gap-1.5">
        <h2 className="font-semibold text-xl">{t("title", { organization: link.organizationName })}</h2>
        <p>{t("lead", { vendor: vendor.name })}</p>
      </div>
      <section className="grid gap-1.5">
        <h3 className="font-semibold">{t("what")}</h3>
        <ul className="grid list-disc gap-0.5 pl-5">
          {link.purposes.map((purpose) => (
            <li key={purpose}>{shell(`purposes.${purpose}`)}</li>
          ))}
        </ul>
      </section>
      <section className="grid gap-2">
        <h3 className="font-semibold">{t("how")}</h3>
        <div className="grid gap-x-8 gap-y-4 sm:grid-cols-[minmax(0,1fr)_10rem] print:grid-cols-[minmax(0,1fr)_10rem]">
          <ol className="grid list-decimal content-start gap-3 pl-5">
            <li>
              {t("step_open")}
              <span className="mt-1 block font-mono font-semibold [overflow-wrap:anywhere]">
                {link.enterUrl}
              </span>
            </li>
            <li>
              {t("step_type")}
              <span className="mt-1 block whitespace-nowrap font-mono font-semibold text-2xl tracking-wider">
                {link.code}
              </span>
            </li>
            <li>{t("step_follow")}</li>
          </ol>
          {/* Black on white in either theme, or a camera cannot read it. */}
          <img
            src={`data:image/svg+xml,${encodeURIComponent(picture)}`}
            alt={t("qr")}
            className="size-40 bg-white"
          />
        </div>
      </section>
      <dl className="grid gap-1.5 border-line border-y py-3">
        {facts.map(([label, value]) => (
          <div
            key={label}
            className="grid gap-x-4 sm:grid-cols-[9rem_minmax(0,1fr)] print:grid-cols-[9rem_minmax(0,1fr)]"
          >
            <dt className="text-muted">{label}</dt>
            <dd className="[overflow-wrap:anywhere]">{value}</dd>
          </div>
        ))}
      </dl>
      <footer className="grid gap-1">
        <p>{t("keep")}</p>
        <p>
          {t("stuck", { name: link.createdByName, vendor: vendor.name })}{" "}
          {vendor.contact && t("reach", { vendor: vendor.name, contact: vendor.contact })}
        </p>
      </footer>
    </article>
  );
}
