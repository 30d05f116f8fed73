"use client";

import { Search } from "lucide-react";
import { type ReactNode, useId, useState } from "react";
import { useTexts } from "#components/portal/texts.tsx";
import { Input } from "#components/ui/input.tsx";
import type { GuideRow } from "#lib/guides/schema.ts";
import { isGeneral, matches, PROTOCOLS } from "#lib/guides/shape.ts";
import { GuideMark } from "./guide-mark.tsx";

interface GuideChooserProps {
  guides: readonly GuideRow[];
  /** Where a guide leads; or, where choosing it is not leaving the page, what happens then. */
  hrefOf?: (guide: GuideRow) => string;
  onChoose?: (guide: GuideRow) => void;
  /** The site is cut off: `listGuides` has sorted them so already, and it is said. */
  airGapped?: boolean;
}

/** Which product is it? By name, grouped by protocol. */
export function GuideChooser({ guides, hrefOf, onChoose, airGapped = false }: GuideChooserProps) {
  const say = useTexts("guides");
  const [query, setQuery] = useState("");
  const id = useId();
  const found = guides.filter((guide) => matches(guide, query));
  return (
    <div className="grid gap-5">
      <div className="grid gap-1.5">
        <label htmlFor={id} className="sr-only">
          {say("chooser.label")}
        </label>
        <Input
          id={id}
          type="search"
          lead={<Search aria-hidden />}
          value={query}
          placeholder={say("chooser.placeholder")}
          autoComplete="off"
          spellCheck={false}
          onChange={(event) => setQuery(event.target.value)}
        />
        <p aria-live="polite" className={query ? "text-muted text-xs" : "sr-only"}>
          {query ? say("chooser.found", { count: found.length }) : ""}
        </p>
        {airGapped && <p className="text-muted text-xs">{say("chooser.premisesFirst")}</p>}
      </div>
      {found.length === 0 && (
        <p className="grid gap-0.5 text-sm">
          <span className="font-medium">{say("chooser.none", { query })}</span>
          <span className="text-muted">{say("chooser.noneHint")}</span>
        </p>
      )}
      {PROTOCOLS.map((protocol) => {
        const group = (found.length === 0 ? guides.filter(isGeneral) : found).filter(
          (guide) => guide.protocol === protocol,
        );
        return (
          group.length > 0 && (
            <section key={protocol} className="grid gap-2" aria-labelledby={`${id}-${protocol}`}>
              <div>
                <h2 id={`${id}-${protocol}`} className="font-semibold text-sm">
                  {say(`chooser.groups.${protocol}`)}
                </h2>
                <p className="text-muted text-xs">{say(`chooser.hints.${protocol}`)}</p>
              </div>
              <ul className="grid gap-2 sm:grid-cols-2">
                {group.map((guide) => (
                  <li key={guide.id}>
                    <Choice guide={guide} href={hrefOf?.(guide)} onChoose={onChoose} />
                  </li>
                ))}
              </ul>
            </section>
          )
        );
      })}
    </div>
  );
}

interface ChoiceProps {
  guide: GuideRow;
  href: string | undefined;
  onChoose: ((guide: GuideRow) => void) | undefined;
}

function Choice({ guide, href, onChoose }: ChoiceProps) {
  const say = useTexts("guides");
  const look =
    "flex w-full items-center gap-3 rounded-lg border border-line bg-surface px-3 py-2.5 text-left hover:border-line-strong hover:bg-hover";
  const inside: ReactNode = (
    <>
      <GuideMark initials={guide.initials} />
      <span className="grid min-w-0">
        <span className="font-medium text-sm">{guide.name}</span>
        <span className="text-muted text-xs">{say(`reach.${guide.reach}`)}</span>
      </span>
    </>
  );
  if (href !== undefined)
    return (
      <a href={href} className={look}>
        {inside}
      </a>
    );
  return (
    <button type="button" className={look} onClick={() => onChoose?.(guide)}>
      {inside}
    </button>
  );
}
