"use client";

import type { Route } from "next";
import Link from "next/link";
import { useFormatter } from "use-intl";
import { useTexts } from "#components/portal/texts.tsx";
import { Card } from "#components/ui/card.tsx";
import { cx } from "#components/ui/cx.ts";
import { Status } from "#components/ui/status.tsx";
import type { CertificateEnd } from "#lib/board/read.ts";
import { DAY_MS } from "#lib/shared/clock.ts";
import { useWhen } from "./when.tsx";

interface CertificatesProps {
  certificates: readonly CertificateEnd[];
  /** What stands before a connection's id where it leads; null: nowhere. */
  link: string | null;
  now: Date;
}

const SPAN_DAYS = 730;
const SOON_DAYS = 30;

/** Each certificate as the time that it has left, on one scale, the first to end first. */
export function Certificates({ certificates, link, now }: CertificatesProps) {
  const t = useTexts("board");
  return (
    <Card title={t("certificates.title")} description={t("certificates.about")}>
      {certificates.length === 0 ? (
        <p className="text-muted text-sm">{t("certificates.none")}</p>
      ) : (
        <div className="grid gap-3 pt-1">
          <ol className="grid gap-3">
            {certificates.map((certificate) => (
              <Row key={certificate.id} certificate={certificate} link={link} now={now} />
            ))}
          </ol>
          <div aria-hidden className="flex justify-between text-faint text-xs">
            {(["today", "half", "year", "two_years"] as const).map((mark) => (
              <span
                key={mark}
                className={cx(
                  // By the scale: a quarter, a half, and the end.
                  mark === "today" && "basis-1/4",
                  mark === "half" && "basis-1/4",
                  mark === "year" && "basis-1/4",
                )}
              >
                {t(`certificates.${mark}`)}
              </span>
            ))}
          </div>
        </div>
      )}
    </Card>
  );
}

const TONES = {
  negative: "fill-negative",
  caution: "fill-caution",
  positive: "fill-positive",
};

function Row({ certificate, link, now }: { certificate: CertificateEnd; link: string | null; now: Date }) {
  const t = useTexts("board");
  const format = useFormatter();
  const when = useWhen(now);
  const { id, name, about, at } = certificate;
  const days = (at.getTime() - now.getTime()) / DAY_MS;
  const tone = days <= 0 ? "negative" : days <= SOON_DAYS ? "caution" : "positive";
  const date = format.dateTime(at, { dateStyle: "medium", timeZone: "UTC" });
  const words = t(days <= 0 ? "certificates.expired" : "certificates.ends", {
    when: Math.abs(days) < 60 ? when(at) : date,
  });
  const title = [name, about].filter(Boolean).join(" · ");
  return (
    <li className="grid gap-1">
      <span className="flex flex-wrap items-baseline justify-between gap-x-4">
        {link ? (
          <Link
            href={(link.endsWith("/") ? link + id : link) as Route}
            className="rounded-sm text-sm [overflow-wrap:anywhere] hover:underline"
          >
            {title}
          </Link>
        ) : (
          <span className="text-sm [overflow-wrap:anywhere]">{title}</span>
        )}
        <span title={date}>
          <Status tone={tone}>{words}</Status>
        </span>
      </span>
      <svg
        aria-hidden="true"
        viewBox={`0 0 ${SPAN_DAYS} 8`}
        preserveAspectRatio="none"
        className="h-1.5 w-full"
      >
        <rect width={SPAN_DAYS} height="8" className="fill-pressed" />
        <rect width={Math.min(SPAN_DAYS, Math.max(6, days))} height="8" className={TONES[tone]} />
        <rect x={SOON_DAYS} width="2" height="8" className="fill-surface" />
      </svg>
    </li>
  );
}
