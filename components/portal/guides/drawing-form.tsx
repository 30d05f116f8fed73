import { cx } from "#components/ui/cx.ts";
import { fitting, type Plan, type Row } from "./drawing-plan.ts";

const PAD = 20;
const ROW = 50;
const SWITCH_ROW = 30;

/** How much room the form of a drawing takes. */
export function formHeight({ heading, tabs, rows, button }: Plan): number {
  const lines = rows.reduce((sum, row) => sum + heightOf(row), 0);
  return PAD + (heading ? 28 : 0) + (tabs.length > 0 ? 38 : 0) + lines + (button ? 44 : 12);
}

interface PartProps {
  plan: Plan;
  x: number;
  y: number;
  width: number;
}

/** The page itself: heading, tabs, form and button. */
export function FormPart({ plan, x, y, width }: PartProps) {
  const left = x + PAD;
  const room = width - 2 * PAD;
  const tabsAt = y + PAD + (plan.heading ? 28 : 0);
  let rowAt = tabsAt + (plan.tabs.length > 0 ? 38 : 0);
  const rows = plan.rows.map((row) => {
    const at = rowAt;
    rowAt += heightOf(row);
    return <FormRow key={row.label} row={row} x={left} y={at} width={room} />;
  });
  return (
    <>
      {plan.heading && (
        <text x={left} y={y + PAD + 12} fontSize="14" className="fill-ink font-semibold">
          {fitting(plan.heading, room, 14)}
        </text>
      )}
      <Tabs tabs={plan.tabs} x={left} y={tabsAt} width={room} />
      {rows}
      {plan.button && <Button label={plan.button} x={left} y={rowAt + 2} />}
    </>
  );
}

function heightOf({ kind }: Row): number {
  return kind === "switch" ? SWITCH_ROW : ROW;
}

function Tabs({ tabs, x, y, width }: { tabs: Plan["tabs"]; x: number; y: number; width: number }) {
  if (tabs.length === 0) return null;
  let at = x;
  return (
    <>
      <line x1={x} x2={x + width} y1={y + 24} y2={y + 24} className="stroke-line" />
      {tabsThatFit(tabs, width).map(({ label, marked, wide }) => {
        const here = at;
        at += wide + TAB_GAP;
        return (
          <g key={label}>
            <text
              x={here}
              y={y + 14}
              fontSize="12"
              className={marked ? "fill-accent font-semibold" : "fill-muted"}
            >
              {label}
            </text>
            {marked && (
              <rect x={here} y={y + 23} width={wide - 2} height="2.5" rx="1" className="fill-accent" />
            )}
          </g>
        );
      })}
    </>
  );
}

const TAB_GAP = 14;

/** Where not all fit, those up to the one that is meant, and then as many as there is room for. */
function tabsThatFit(tabs: Plan["tabs"], width: number) {
  const all = tabs.map((tab) => ({ ...tab, wide: tab.label.length * 6.5 + 4 }));
  const room = (some: typeof all) => some.reduce((sum, { wide }) => sum + wide + TAB_GAP, -TAB_GAP);
  const meant = all.findIndex(({ marked }) => marked);
  let first = 0;
  while (first < meant && room(all.slice(first, meant + 1)) > width) first += 1;
  let last = all.length;
  while (last > meant + 1 && room(all.slice(first, last)) > width) last -= 1;
  return all.slice(first, last);
}

function FormRow({ row, x, y, width }: { row: Row; x: number; y: number; width: number }) {
  const { label, kind, value, number } = row;
  const marked = number !== null;
  const labelX = marked ? x + 22 : x;
  const badge = marked && (
    <>
      <circle cx={x + 8} cy={y + 8} r="8" className="fill-accent-soft stroke-accent" />
      <text x={x + 8} y={y + 11.5} fontSize="10" textAnchor="middle" className="fill-accent font-semibold">
        {number}
      </text>
    </>
  );
  if (kind === "switch")
    return (
      <>
        {badge}
        <Switch on={value === "on"} x={labelX} y={y} />
        <text x={labelX + 36} y={y + 12} fontSize="12" className="fill-ink">
          {fitting(label, width - 60, 12)}
        </text>
      </>
    );
  return (
    <>
      {badge}
      <text x={labelX} y={y + 12} fontSize="12" className="fill-ink">
        {fitting(label, width - 24, 12)}
      </text>
      <rect
        x={labelX}
        y={y + 18}
        width={width - (labelX - x)}
        height="24"
        rx="4"
        strokeWidth={marked ? 1.5 : 1}
        className={cx("fill-surface", marked ? "stroke-accent" : "stroke-line-strong")}
      />
      <text
        x={labelX + 8}
        y={y + 34}
        fontSize="11"
        className={cx("fill-muted", kind === "text" && "font-mono")}
      >
        {fitting(value, width - (labelX - x) - (kind === "choice" ? 32 : 16), 11, kind === "text")}
      </text>
      {kind === "choice" && (
        <path
          d={`M${x + width - 18} ${y + 27.5} l4 4 l4 -4`}
          className="fill-transparent stroke-muted"
          strokeWidth="1.5"
        />
      )}
    </>
  );
}

function Switch({ on, x, y }: { on: boolean; x: number; y: number }) {
  return (
    <>
      <rect
        x={x}
        y={y}
        width="28"
        height="16"
        rx="8"
        className={on ? "fill-accent-solid stroke-accent-solid" : "fill-surface stroke-control"}
      />
      <circle cx={on ? x + 20 : x + 8} cy={y + 8} r="5" className={on ? "fill-on-accent" : "fill-control"} />
    </>
  );
}

function Button({ label, x, y }: { label: string; x: number; y: number }) {
  const wide = label.length * 7 + 26;
  return (
    <>
      <rect x={x} y={y} width={wide} height="27" rx="5" className="fill-solid" />
      <text
        x={x + wide / 2}
        y={y + 17.5}
        fontSize="12"
        textAnchor="middle"
        className="fill-on-solid font-medium"
      >
        {label}
      </text>
    </>
  );
}
