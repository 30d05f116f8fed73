"use client";

import { ZoomOut } from "lucide-react";
import { NuqsAdapter } from "nuqs/adapters/next/app";
import { type KeyboardEvent, type PointerEvent, useId, useState } from "react";
import { Button } from "#components/ui/button.tsx";
import { Card } from "#components/ui/card.tsx";
import { cx } from "#components/ui/cx.ts";
import type { Bar, Histogram as Bars } from "#lib/crossings/queries.ts";
import { DAY_MS } from "#lib/shared/clock.ts";
import { Legend } from "./legend.tsx";
import { useRange } from "./use-range.ts";

const HEIGHT = 100;
const SLOT = 10;
const GAP = 1.5;

/** How many crossed when. Drawing over the bars, or choosing them with the arrow keys, narrows the time that is looked at. */
export function Histogram({ histogram }: { histogram: Bars }) {
  if (histogram.bars.length === 0) return null;
  return (
    <NuqsAdapter>
      <Drawn key={`${histogram.bars[0]?.from.getTime()} ${histogram.stepMs}`} {...histogram} />
    </NuqsAdapter>
  );
}

/** Which bars are chosen: from where it began to where it is now, either way round. */
interface Chosen {
  anchor: number;
  at: number;
}

function Drawn({ bars, stepMs, readMax }: Bars) {
  const id = useId();
  const range = useRange();
  const [chosen, setChosen] = useState<Chosen | null>(null);
  const [drawing, setDrawing] = useState(false);
  const most = Math.max(1, ...bars.map(sum));
  const first = chosen ? Math.min(chosen.anchor, chosen.at) : 0;
  const last = chosen ? Math.max(chosen.anchor, chosen.at) : bars.length - 1;
  const within = bars.slice(first, last + 1);

  const narrow = () => {
    const [from, to] = [bars[first], bars[last]];
    if (!chosen || !from || !to) return;
    setChosen(null);
    range.narrow(from.from, new Date(to.from.getTime() + stepMs));
  };
  const under = (event: PointerEvent<HTMLElement>) => {
    const { left, width } = event.currentTarget.getBoundingClientRect();
    const place = Math.floor(((event.clientX - left) / width) * bars.length);
    return Math.min(bars.length - 1, Math.max(0, place));
  };
  const walk = (event: KeyboardEvent) => {
    if (event.key === "Enter" && chosen) narrow();
    else if (event.key === "Escape" && chosen) setChosen(null);
    else {
      const to = stepTo(event.key, chosen?.at ?? bars.length, bars.length);
      if (to === null) return;
      setChosen({ anchor: event.shiftKey && chosen ? chosen.anchor : to, at: to });
    }
    event.preventDefault();
  };

  return (
    <Card
      title="When"
      description={description(within, bars[first], bars[last], stepMs)}
      actions={
        <>
          <Legend bars={within} />
          <Lately onChoose={range.narrow} />
          {range.isNarrow && (
            <Button
              size="sm"
              variant="ghost"
              icon={<ZoomOut />}
              pending={range.pending}
              onClick={range.widen}
            >
              All times
            </Button>
          )}
        </>
      }
    >
      <div
        role="slider"
        tabIndex={0}
        aria-label="Time"
        aria-describedby={`${id}-keys`}
        aria-orientation="horizontal"
        aria-valuemin={1}
        aria-valuemax={bars.length}
        aria-valuenow={(chosen?.at ?? bars.length - 1) + 1}
        aria-valuetext={description(within, bars[first], bars[last], stepMs)}
        aria-busy={range.pending}
        onKeyDown={walk}
        onBlur={() => !drawing && setChosen(null)}
        onPointerDown={(event) => {
          if (event.button !== 0) return;
          event.currentTarget.setPointerCapture(event.pointerId);
          const place = under(event);
          setDrawing(true);
          setChosen({ anchor: place, at: place });
        }}
        onPointerMove={(event) => {
          if (drawing && chosen) setChosen({ ...chosen, at: under(event) });
        }}
        onPointerUp={() => {
          if (drawing) narrow();
          setDrawing(false);
        }}
        onPointerCancel={() => {
          setDrawing(false);
          setChosen(null);
        }}
        className={cx("cursor-crosshair touch-pan-y select-none rounded-sm", range.pending && "opacity-60")}
      >
        <svg
          aria-hidden="true"
          viewBox={`0 0 ${SLOT * bars.length} ${HEIGHT}`}
          preserveAspectRatio="none"
          className="h-24 w-full"
        >
          {bars.map((bar, index) => (
            <Column
              key={bar.from.getTime()}
              bar={bar}
              x={index * SLOT}
              most={most}
              quiet={chosen !== null && (index < first || index > last)}
              about={description([bar], bar, bar, stepMs)}
            />
          ))}
          {chosen && (
            <rect
              x={first * SLOT}
              width={(last - first + 1) * SLOT}
              height={HEIGHT}
              className="pointer-events-none fill-accent/10 stroke-accent"
              vectorEffect="non-scaling-stroke"
            />
          )}
        </svg>
      </div>
      <div aria-hidden className="mt-1 flex justify-between text-faint text-xs tabular-nums">
        {[0, 0.25, 0.5, 0.75].map((part) => (
          <span key={part} className={cx("whitespace-nowrap", part % 0.5 !== 0 && "hidden sm:inline")}>
            {moment(bars[Math.floor(part * bars.length)]?.from, stepMs)}
          </span>
        ))}
        <span className="whitespace-nowrap">{moment(endOf(bars, stepMs), stepMs)}</span>
      </div>
      <p id={`${id}-keys`} className="sr-only">
        Arrow keys choose a bar, with Shift several. Enter shows only what is in them, Escape chooses none.
      </p>
      {readMax !== null && (
        <p className="mt-1 text-muted text-xs">Of the newest {readMax.toLocaleString("en")} that fit.</p>
      )}
    </Card>
  );
}

const LATELY = [
  { words: "24 hours", ms: DAY_MS },
  { words: "7 days", ms: 7 * DAY_MS },
  { words: "30 days", ms: 30 * DAY_MS },
] as const;

/** The times that are looked at most. */
function Lately({ onChoose }: { onChoose: (since: Date, until: Date | null) => void }) {
  return (
    <span className="flex flex-wrap items-center">
      {LATELY.map(({ words, ms }) => (
        <Button
          key={words}
          size="sm"
          variant="ghost"
          aria-label={`The last ${words}`}
          onClick={() => onChoose(new Date(Date.now() - ms), null)}
        >
          {words}
        </Button>
      ))}
    </span>
  );
}

interface ColumnProps {
  bar: Bar;
  x: number;
  most: number;
  quiet: boolean;
  about: string;
}

/** What passed below, what failed above it, and what was refused at the top, never so little that nobody sees it. */
function Column({ bar, x, most, quiet, about }: ColumnProps) {
  const height = (count: number) => (count === 0 ? 0 : Math.max(2, (count / most) * HEIGHT));
  const passed = height(bar.passed);
  const failed = height(bar.failed);
  const refused = height(bar.refused);
  const scale = Math.min(1, HEIGHT / Math.max(1, passed + failed + refused));
  const parts = [
    { look: "fill-accent-solid", of: passed * scale, below: 0 },
    { look: "fill-caution", of: failed * scale, below: passed * scale },
    { look: "fill-negative", of: refused * scale, below: (passed + failed) * scale },
  ];
  return (
    <g className={quiet ? "opacity-30" : undefined}>
      <title>{about}</title>
      <rect x={x} width={SLOT} height={HEIGHT} className="fill-transparent hover:fill-hover" />
      <rect x={x + GAP / 2} y={HEIGHT - 1} width={SLOT - GAP} height="1" className="fill-line-strong" />
      {parts.map(({ look, of, below }) => (
        <rect
          key={look}
          x={x + GAP / 2}
          y={HEIGHT - below - of}
          width={SLOT - GAP}
          height={of}
          className={look}
        />
      ))}
    </g>
  );
}

function stepTo(key: string, from: number, count: number): number | null {
  const wanted = { ArrowLeft: from - 1, ArrowRight: from + 1, Home: 0, End: count - 1 }[key];
  return wanted === undefined ? null : Math.min(count - 1, Math.max(0, wanted));
}

function sum({ passed, failed, refused }: Bar): number {
  return passed + failed + refused;
}

function endOf(bars: readonly Bar[], stepMs: number): Date | undefined {
  const last = bars.at(-1);
  return last && new Date(last.from.getTime() + stepMs);
}

function description(
  within: readonly Bar[],
  from: Bar | undefined,
  to: Bar | undefined,
  stepMs: number,
): string {
  if (!from || !to) return "";
  const all = within.reduce((total, bar) => total + sum(bar), 0);
  const refused = within.reduce((total, bar) => total + bar.refused, 0);
  const until = new Date(to.from.getTime() + stepMs);
  return `${all.toLocaleString("en")} from ${moment(from.from, 1)} to ${moment(until, 1)} UTC, ${refused.toLocaleString("en")} refused`;
}

/** As exact as the bars are. */
function moment(at: Date | undefined, stepMs: number): string {
  if (!at) return "";
  const text = at.toISOString().replace("T", " ");
  return stepMs >= DAY_MS ? text.slice(0, 10) : text.slice(stepMs === 1 ? 0 : 5, 16);
}
