"use client";

import { useFormatter } from "use-intl";
import { useTexts } from "#components/portal/texts.tsx";
import { Callout } from "#components/ui/callout.tsx";
import { Card } from "#components/ui/card.tsx";
import { Status } from "#components/ui/status.tsx";
import type { LastDay } from "#lib/board/queries.ts";
import type { SignInHour } from "#lib/drivers/sign-in-port.ts";
import { Failures } from "./failures.tsx";
import { useWhen } from "./when.tsx";

interface LastDayProps {
  day: LastDay;
  /** The environment's name, where there are several. */
  name?: string;
  now: Date;
}

/** How sign-ins went in the last day, hour by hour, and why each failed that did. */
export function LastDayCards({ day, name, now }: LastDayProps) {
  const t = useTexts("board");
  const description = name ? t("day.of", { name }) : undefined;
  if (day.state !== "answered")
    return (
      <Card title={t("day.title")} {...(description ? { description } : {})}>
        <NotTold day={day} now={now} />
      </Card>
    );
  return (
    <>
      <Card
        title={t("day.title")}
        {...(description ? { description } : {})}
        actions={<Totals hours={day.hours} />}
      >
        <Hours hours={day.hours} />
      </Card>
      <Failures failures={day.failures} now={now} {...(name ? { name } : {})} />
    </>
  );
}

function NotTold({ day, now }: { day: Exclude<LastDay, { state: "answered" }>; now: Date }) {
  const t = useTexts("board");
  const when = useWhen(now);
  if (day.state === "untold") return <p className="text-muted text-sm">{t("day.untold")}</p>;
  return (
    <Callout tone="caution">
      {t("day.silent")} {day.since && t("day.since", { when: when(day.since) })}
    </Callout>
  );
}

function Totals({ hours }: { hours: readonly SignInHour[] }) {
  const t = useTexts("board");
  const { passed, failed } = sums(hours);
  if (passed + failed === 0) return null;
  return <Status tone={failed > 0 ? "caution" : "positive"}>{t("day.total", { passed, failed })}</Status>;
}

const HEIGHT = 100;
const SLOT = 30;
const BAR = 24;

/** A bar for each hour: below what passed, above it what failed. The numbers stand in a table for those who do not see it. */
function Hours({ hours }: { hours: readonly SignInHour[] }) {
  const t = useTexts("board");
  const format = useFormatter();
  const most = Math.max(...hours.map(({ passed, failed }) => passed + failed));
  const clock = (hour: Date) =>
    format.dateTime(hour, { timeStyle: "short", timeZone: "UTC", hourCycle: "h23" });
  if (most <= 0) return <p className="text-muted text-sm">{t("day.none")}</p>;
  return (
    <figure className="grid gap-1.5">
      <svg
        aria-hidden="true"
        viewBox={`0 0 ${SLOT * hours.length} ${HEIGHT}`}
        preserveAspectRatio="none"
        className="h-28 w-full"
      >
        {hours.map(({ hour, passed, failed }, index) => {
          const [good, bad] = [passed, failed].map((count) => (count / most) * HEIGHT) as [number, number];
          const x = index * SLOT + (SLOT - BAR) / 2;
          return (
            <g key={hour.getTime()}>
              <title>{t("day.hour", { hour: clock(hour), passed, failed })}</title>
              <rect
                x={index * SLOT}
                width={SLOT}
                height={HEIGHT}
                className="fill-transparent hover:fill-hover"
              />
              <rect x={x} y={HEIGHT - 1} width={BAR} height="1" className="fill-line-strong" />
              <rect x={x} y={HEIGHT - good} width={BAR} height={good} className="fill-positive" />
              <rect x={x} y={HEIGHT - good - bad} width={BAR} height={bad} className="fill-negative" />
            </g>
          );
        })}
      </svg>
      <div aria-hidden className="grid grid-cols-4 text-faint text-xs tabular-nums">
        {hours
          .filter((_, index) => index % 6 === 0)
          .map(({ hour }) => (
            <span key={hour.getTime()}>{clock(hour)}</span>
          ))}
      </div>
      <figcaption aria-hidden className="flex gap-4 text-muted text-xs">
        <Key look="bg-positive">{t("day.passed")}</Key>
        <Key look="bg-negative">{t("day.failed")}</Key>
        <span className="ml-auto">{t("day.utc")}</span>
      </figcaption>
      <Table hours={hours} clock={clock} />
    </figure>
  );
}

function Key({ look, children }: { look: string; children: string }) {
  return (
    <span className="flex items-center gap-1.5">
      <span className={`size-2.5 rounded-sm ${look}`} />
      {children}
    </span>
  );
}

function Table({ hours, clock }: { hours: readonly SignInHour[]; clock: (hour: Date) => string }) {
  const t = useTexts("board");
  return (
    <table className="sr-only">
      <caption>{t("day.title")}</caption>
      <thead>
        <tr>
          <th scope="col">{t("day.hour_head")}</th>
          <th scope="col">{t("day.passed")}</th>
          <th scope="col">{t("day.failed")}</th>
        </tr>
      </thead>
      <tbody>
        {hours.map(({ hour, passed, failed }) => (
          <tr key={hour.getTime()}>
            <th scope="row">{clock(hour)}</th>
            <td>{passed}</td>
            <td>{failed}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function sums(hours: readonly SignInHour[]): { passed: number; failed: number } {
  const sum = (of: (each: SignInHour) => number) => hours.reduce((total, each) => total + of(each), 0);
  return { passed: sum(({ passed }) => passed), failed: sum(({ failed }) => failed) };
}
