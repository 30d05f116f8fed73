"use client";

import { useId } from "react";
import { useTexts } from "#components/portal/texts.tsx";
import { cx } from "#components/ui/cx.ts";
import type { GuideDrawing, GuideField } from "#lib/guides/schema.ts";
import { filled, type GuideValues } from "#lib/guides/shape.ts";
import { FormPart, formHeight } from "./drawing-form.tsx";
import { fitting, type Plan, planOf } from "./drawing-plan.ts";

interface DrawingProps {
  drawing: GuideDrawing;
  fields: readonly GuideField[];
  values: GuideValues;
}

const WIDE = 720;
const NARROW = 350;
const BAR = 30;
const LINE = 25;

/** Where things are in the product: a window with its menu, its form, and what the step is about in colour. */
export function Drawing({ drawing, fields, values }: DrawingProps) {
  const plan = planOf(drawing, fields);
  const heading = plan.heading && filled(plan.heading, values);
  const rows = plan.rows.map((row) => ({ ...row, value: filled(row.value, values) }));
  return (
    <>
      <Window plan={{ ...plan, heading, rows }} width={WIDE} className="max-sm:hidden print:block!" />
      <Window plan={{ ...plan, heading, rows }} width={NARROW} className="sm:hidden print:hidden!" />
    </>
  );
}

function Window({ plan, width, className }: { plan: Plan; width: number; className: string }) {
  const id = useId();
  const say = useTexts("guides");
  const hasForm = plan.rows.length > 0 || plan.tabs.length > 0 || plan.heading !== undefined;
  // Side by side where there is room, one under the other on a phone.
  const stacked = width === NARROW;
  const navWidth = plan.nav.length === 0 ? 0 : stacked || !hasForm ? width : plan.mono ? 300 : 210;
  const navHeight = plan.nav.length === 0 ? 0 : plan.nav.length * LINE + 20;
  const form = hasForm ? formHeight(plan) : 0;
  const height = BAR + (stacked ? navHeight + form : Math.max(navHeight, form));
  return (
    <svg
      viewBox={`0 0 ${width} ${height}`}
      role="img"
      aria-labelledby={`${id}-title ${id}-desc`}
      className={cx("block h-auto w-full max-w-2xl break-inside-avoid font-sans", className)}
    >
      <title id={`${id}-title`}>{say("drawing.title", { window: plan.window })}</title>
      <desc id={`${id}-desc`}>{described(plan, say)}</desc>
      <clipPath id={`${id}-clip`}>
        <rect x="0.5" y="0.5" width={width - 1} height={height - 1} rx="8" />
      </clipPath>
      <g clipPath={`url(#${id}-clip)`}>
        <rect width={width} height={height} className="fill-surface" />
        <rect width={width} height={BAR} className="fill-hover" />
        <text x="14" y={BAR / 2 + 4} fontSize="12" className="fill-muted font-medium">
          {fitting(plan.window, width - 28, 12)}
        </text>
        <line x1="0" x2={width} y1={BAR} y2={BAR} className="stroke-line" />
        {plan.nav.length > 0 && (
          <>
            <rect
              y={BAR}
              width={navWidth}
              height={stacked ? navHeight : height - BAR}
              className="fill-sunken"
            />
            {hasForm && !stacked && (
              <line x1={navWidth} x2={navWidth} y1={BAR} y2={height} className="stroke-line" />
            )}
            {hasForm && stacked && (
              <line x1="0" x2={width} y1={BAR + navHeight} y2={BAR + navHeight} className="stroke-line" />
            )}
            <Menu plan={plan} width={navWidth} />
          </>
        )}
        {hasForm && (
          <FormPart
            plan={plan}
            x={stacked ? 0 : navWidth}
            y={stacked ? BAR + navHeight : BAR}
            width={stacked ? width : width - navWidth}
          />
        )}
      </g>
      <rect
        x="0.5"
        y="0.5"
        width={width - 1}
        height={height - 1}
        rx="8"
        className="fill-transparent stroke-line-strong"
      />
    </svg>
  );
}

function Menu({ plan, width }: { plan: Plan; width: number }) {
  const last = plan.nav.findLastIndex(({ marked }) => marked);
  return plan.nav.map(({ label, depth, marked }, at) => {
    const y = BAR + 10 + at * LINE;
    const x = 16 + depth * 16;
    return (
      <g key={at}>
        {at === last && (
          <rect
            x="8"
            y={y}
            width={Math.min(width - 16, 300)}
            height={LINE - 2}
            rx="5"
            className="fill-accent-soft stroke-accent"
          />
        )}
        {depth > 0 && (
          <path
            d={`M${x - 9} ${y + 4} v${LINE / 2 - 5} h5`}
            className="fill-transparent stroke-line-strong"
          />
        )}
        <text
          x={x}
          y={y + LINE / 2 + 3.5}
          fontSize="12"
          className={cx(marked ? "fill-accent font-semibold" : "fill-muted", plan.mono && "font-mono")}
        >
          {fitting(label, width - x - 14, 12, plan.mono)}
        </text>
      </g>
    );
  });
}

type Say = ReturnType<typeof useTexts<"guides">>;

/** The drawing in words. */
function described({ window, nav, tabs, heading, rows, button }: Plan, say: Say): string {
  const way = [window, ...nav.filter(({ marked }) => marked).map(({ label }) => label)].join(" → ");
  const tab = tabs.find(({ marked }) => marked)?.label;
  return [
    nav.length > 0 && say("drawing.way", { way }),
    tab && say("drawing.tab", { tab }),
    heading && say("drawing.heading", { heading }),
    rows.length > 0 && say("drawing.fields", { fields: rows.map(({ label }) => label).join(", ") }),
    button && say("drawing.button", { button }),
  ]
    .filter(Boolean)
    .join(" ");
}
