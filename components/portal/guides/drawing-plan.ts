import type { GuideDrawing, GuideField } from "#lib/guides/schema.ts";

/** One line of the menu, of the tabs or of a tree. */
export interface Entry {
  label: string;
  depth: number;
  /** On the way to what the step is about. */
  marked: boolean;
}

export interface Row {
  label: string;
  kind: "text" | "choice" | "switch";
  /** Shown in the box, or whether the switch is on. */
  value: string;
  /** The number of the field in the step's table; null: only drawn. */
  number: number | null;
}

/** What a drawing shows, as its data says it. */
export interface Plan {
  window: string;
  nav: Entry[];
  tabs: Entry[];
  heading: string | undefined;
  rows: Row[];
  button: string | undefined;
  mono: boolean;
}

const ROWS_MAX = 9;

/** The drawing's own rows where it has some, and the step's fields otherwise. */
export function planOf(drawing: GuideDrawing, fields: readonly GuideField[]): Plan {
  const { window, heading, button, mono } = drawing;
  const rows = drawing.rows
    ? drawing.rows.map((label): Row => ({ label, ...rowOf(label, fields) }))
    : fields.slice(0, ROWS_MAX).map((field): Row => ({ label: field.label, ...rowOf(field.label, fields) }));
  return { window, heading, button, mono, rows, nav: drawing.nav.map(entry), tabs: drawing.tabs.map(entry) };
}

function rowOf(label: string, fields: readonly GuideField[]): Omit<Row, "label"> {
  const at = fields.findIndex((field) => field.label === label);
  const field = fields[at];
  if (!field) return { kind: "text", value: "", number: null };
  const number = at + 1;
  if ("set" in field) return { kind: "switch", value: field.set, number };
  if ("choose" in field) return { kind: "choice", value: field.choose, number };
  return { kind: "text", value: "value" in field ? field.value : "", number };
}

function entry(text: string): Entry {
  const { star, deep, label } = /^(?<star>\*?)(?<deep>>*) ?(?<label>.*)$/.exec(text)?.groups ?? {};
  return { label: label ?? text, depth: deep?.length ?? 0, marked: star === "*" };
}

/** As much of a text as fits: letters are taken for `0.56` of their size, wide ones and narrow ones even out. */
export function fitting(text: string, width: number, size: number, mono = false): string {
  const max = Math.floor(width / (size * (mono ? 0.61 : 0.56)));
  return text.length <= max ? text : `${text.slice(0, Math.max(1, max - 1))}…`;
}
