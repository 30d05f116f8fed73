"use client";

import { ArrowRight } from "lucide-react";
import type { Route } from "next";
import Link from "next/link";
import { useTexts } from "#components/portal/texts.tsx";
import { Card } from "#components/ui/card.tsx";
import { Status } from "#components/ui/status.tsx";
import type { BoardItem, BoardPart as Part } from "#lib/board/read.ts";
import { useExactly, useWhen } from "./when.tsx";

/** Where a part leads: to the list, and to one of its things by what stands before its id. */
export interface PartLinks {
  list: string | null;
  item: string | null;
}

interface BoardPartProps {
  part: Part;
  links: PartLinks;
  now: Date;
}

const MEASURED = ["connection", "directory", "domain"];

/** One kind of thing that is set up: how many stand well, and each that needs a look, with what to do next. */
export function BoardPart({ part, links, now }: BoardPartProps) {
  const t = useTexts("board");
  const { kind, total, good, items } = part;
  const allWell = good === total;
  const needing = MEASURED.includes(kind)
    ? items.filter(({ standing }) => standing.tone !== "positive")
    : items;
  const left = total - items.length;
  const leftWell = good - (items.length - needing.length);
  return (
    <Card
      title={t(`parts.${kind}`)}
      description={t(`about.${kind}`)}
      actions={
        total > 0 && (
          <Status tone={MEASURED.includes(kind) && !allWell ? "caution" : total > 0 ? "positive" : "neutral"}>
            {t(`count.${kind}`, { good, total })}
          </Status>
        )
      }
      footer={
        (left > 0 || items.some(({ asOf }) => asOf)) && (
          <Footer part={part} links={links} now={now} left={left} leftWell={leftWell} />
        )
      }
      flush
    >
      {total === 0 ? (
        <p className="px-4 py-3 text-muted text-sm">{t(`empty.${kind}`)}</p>
      ) : (
        <ul>
          {items.map((item) => (
            <Item key={item.id} kind={kind} item={item} link={links.item} now={now} />
          ))}
        </ul>
      )}
    </Card>
  );
}

interface ItemProps {
  kind: Part["kind"];
  item: BoardItem;
  link: string | null;
  now: Date;
}

function Item({ kind, item, link, now }: ItemProps) {
  const t = useTexts("board");
  const [when, exactly] = [useWhen(now), useExactly()];
  const { standing, name, about, lastAt } = item;
  const href =
    link === null ? null : ((link.endsWith("=") || link.endsWith("/") ? link + item.id : link) as Route);
  // What is verified need not be looked for again.
  const used =
    kind === "redirect_uri" || (kind === "domain" && standing.tone === "positive")
      ? ""
      : lastAt
        ? t(`last.${kind}`, { when: when(lastAt) })
        : t(`never.${kind}`);
  const facts = [about, used];
  return (
    <li className="grid gap-x-4 gap-y-1 border-line border-b px-4 py-2.5 last:border-0 sm:grid-cols-[minmax(0,1fr)_auto]">
      <div className="grid min-w-0 gap-0.5">
        {href ? (
          <Link
            href={href}
            className="w-fit rounded-sm font-medium text-sm [overflow-wrap:anywhere] hover:underline"
          >
            {name}
          </Link>
        ) : (
          <span className="font-medium text-sm [overflow-wrap:anywhere]">{name}</span>
        )}
        <p className="text-muted text-xs" title={lastAt ? exactly(lastAt) : undefined}>
          {facts.filter(Boolean).join(" · ")}
        </p>
        <Makers item={item} now={now} />
      </div>
      <div className="grid content-start gap-0.5 sm:justify-items-end">
        <Status tone={standing.tone}>{t(`standing.${standing.code}`, { count: item.failures24h })}</Status>
        {standing.next && (
          <span className="flex items-center gap-1 text-muted text-xs">
            <ArrowRight aria-hidden className="size-3 shrink-0" />
            {t(`next.${standing.next}`)}
          </span>
        )}
      </div>
    </li>
  );
}

/** Who did it, as the audit log has it. */
function Makers({ item: { made, changed }, now }: { item: BoardItem; now: Date }) {
  const t = useTexts("board");
  const when = useWhen(now);
  const said = [
    made ? t("made", { by: made.by, when: when(made.at) }) : t("not_recorded"),
    changed ? t("changed", { by: changed.by, when: when(changed.at) }) : "",
  ];
  return <p className="text-faint text-xs">{said.filter(Boolean).join("; ")}</p>;
}

interface FooterProps extends BoardPartProps {
  left: number;
  leftWell: number;
}

function Footer({ part, links, now, left, leftWell }: FooterProps) {
  const t = useTexts("board");
  const when = useWhen(now);
  const told = part.items.flatMap(({ asOf }) => asOf?.getTime() ?? []);
  const oldest = told.length > 0 ? new Date(Math.min(...told)) : null;
  const rest = [
    left - leftWell > 0 ? t("more_not", { count: left - leftWell }) : "",
    leftWell > 0 && left > 0 ? t("more", { count: leftWell }) : "",
  ].filter(Boolean);
  return (
    <span className="flex flex-wrap justify-between gap-x-4 gap-y-1">
      <span>
        {links.list && rest.length > 0 ? (
          <Link href={links.list as Route} className="rounded-sm hover:text-ink hover:underline">
            {rest.join(", ")}
          </Link>
        ) : (
          rest.join(", ")
        )}
      </span>
      {oldest && <span>{t("as_of", { when: when(oldest) })}</span>}
    </span>
  );
}
