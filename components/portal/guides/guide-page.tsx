"use client";

import { ChevronDown, ChevronRight, Clock, Globe, House, Printer, UserCog } from "lucide-react";
import { type ReactNode, useId, useState } from "react";
import { useTexts } from "#components/portal/texts.tsx";
import { Badge } from "#components/ui/badge.tsx";
import { Button } from "#components/ui/button.tsx";
import { Callout } from "#components/ui/callout.tsx";
import type { Guide } from "#lib/guides/schema.ts";
import type { GuideValues } from "#lib/guides/shape.ts";
import { GuideBack } from "./guide-back.tsx";
import { GuideSteps } from "./guide-steps.tsx";
import { Marked } from "./marked.tsx";
import { Problems } from "./problems.tsx";

interface GuidePageProps {
  guide: Guide;
  values: GuideValues;
  /** The site is cut off: what that means for a product that answers only on the Internet is said. */
  airGapped?: boolean;
}

/** A guide from beginning to end, to read and to print. */
export function GuidePage({ guide, values, airGapped = false }: GuidePageProps) {
  const say = useTexts("guides");
  return (
    // On paper blocks, not grids: only those keep a heading with what follows it.
    <article className="grid gap-8 print:block" aria-label={guide.name}>
      <GuideIntro guide={guide} values={values} airGapped={airGapped} />
      <Part title={say("steps")}>
        <GuideSteps guide={guide} values={values} />
      </Part>
      {guide.back.length > 0 && (
        <Part title={say("back")}>
          <GuideBack guide={guide} values={values} />
        </Part>
      )}
      <Part title={say("problems")}>
        <Problems guide={guide} problems={guide.problems} values={values} stepsAt="" />
        {guide.generalProblems.length > 0 && <General guide={guide} values={values} />}
      </Part>
      <Part title={say("undo")}>
        <ol className="grid max-w-prose list-decimal gap-1.5 pl-5 text-sm leading-relaxed">
          {guide.undo.map((sentence) => (
            <li key={sentence}>
              <Marked text={sentence} values={values} />
            </li>
          ))}
        </ol>
      </Part>
    </article>
  );
}

/** What goes wrong with any provider: unfolded when asked for, and on paper. */
function General({ guide, values }: GuidePageProps) {
  const say = useTexts("guides");
  const id = useId();
  const [shown, setShown] = useState(false);
  const title = say("general", { count: guide.generalProblems.length });
  return (
    <>
      <Button
        size="sm"
        variant="ghost"
        icon={shown ? <ChevronDown /> : <ChevronRight />}
        aria-expanded={shown}
        aria-controls={id}
        className="-ml-2 justify-self-start print:hidden"
        onClick={() => setShown(!shown)}
      >
        {title}
      </Button>
      <h3 className="hidden break-after-avoid font-semibold text-sm print:mt-6 print:block">{title}</h3>
      <div id={id} className={shown ? undefined : "hidden print:block"}>
        <Problems guide={guide} problems={guide.generalProblems} values={values} stepsAt="" />
      </div>
    </>
  );
}

/** What it is about, how long it takes, and what one needs for it. */
export function GuideIntro({ guide, values, airGapped = false }: GuidePageProps) {
  const say = useTexts("guides");
  return (
    <div className="grid gap-3">
      <p className="max-w-prose text-sm leading-relaxed">
        <Marked text={guide.intro} values={values} />
      </p>
      <p className="flex flex-wrap items-center gap-2">
        <Badge>{say(`protocol.${guide.protocol}`)}</Badge>
        <Badge>
          <Inline icon={<Clock aria-hidden />}>{say("minutes", { count: guide.minutes })}</Inline>
        </Badge>
        <Badge>
          <Inline icon={guide.reach === "internet" ? <Globe aria-hidden /> : <House aria-hidden />}>
            {say(`reach.${guide.reach}`)}
          </Inline>
        </Badge>
        <Button
          size="sm"
          variant="secondary"
          icon={<Printer />}
          className="ml-auto print:hidden"
          onClick={() => window.print()}
        >
          {say("print")}
        </Button>
      </p>
      <dl className="grid gap-x-4 gap-y-2 text-sm sm:grid-cols-[8rem_minmax(0,1fr)]">
        <dt className="text-muted">
          <Inline icon={<UserCog aria-hidden />}>{say("role")}</Inline>
        </dt>
        <dd>
          <Marked text={guide.role} values={values} />
        </dd>
        {guide.needs.length > 0 && (
          <>
            <dt className="text-muted">{say("needs")}</dt>
            <dd>
              <ul className="grid list-disc gap-1 pl-4">
                {guide.needs.map((need) => (
                  <li key={need}>
                    <Marked text={need} values={values} />
                  </li>
                ))}
              </ul>
            </dd>
          </>
        )}
      </dl>
      {airGapped && guide.reach === "internet" && (
        <Callout tone="caution">{say("internetOnly", { name: guide.name })}</Callout>
      )}
      <p className="text-muted text-xs">{say("writtenFor", { version: guide.writtenFor })}</p>
    </div>
  );
}

function Inline({ icon, children }: { icon: ReactNode; children: ReactNode }) {
  return (
    <span className="inline-flex items-center gap-1.5 [&_svg]:size-3.5 [&_svg]:shrink-0">
      {icon}
      {children}
    </span>
  );
}

function Part({ title, children }: { title: string; children: ReactNode }) {
  return (
    <section className="grid gap-4 print:mt-8 print:block">
      <h2 className="break-after-avoid border-line border-b pb-1.5 font-semibold text-lg print:mb-4">
        {title}
      </h2>
      {children}
    </section>
  );
}
