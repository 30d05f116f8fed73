"use client";

import { Clock, Globe, House, Printer, UserCog } from "lucide-react";
import type { ReactNode } from "react";
import { useTexts } from "#components/portal/texts.tsx";
import { Badge } from "#components/ui/badge.tsx";
import { Button } from "#components/ui/button.tsx";
import { Callout } from "#components/ui/callout.tsx";
import type { Guide, GuideValues } from "#lib/guides/schema.ts";
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
    <article className="grid gap-8" aria-label={guide.name}>
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
        {guide.generalProblems.length > 0 && (
          <details className="grid gap-4 print:[&::details-content]:[content-visibility:visible]">
            <summary className="w-fit text-accent text-sm">
              {say("general", { count: guide.generalProblems.length })}
            </summary>
            <div className="pt-4">
              <Problems guide={guide} problems={guide.generalProblems} values={values} stepsAt="" />
            </div>
          </details>
        )}
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
    <section className="grid gap-4">
      <h2 className="break-after-avoid border-line border-b pb-1.5 font-semibold text-lg">{title}</h2>
      {children}
    </section>
  );
}
