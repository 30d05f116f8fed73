import { z } from "zod";
import type { ListQuery } from "#lib/platform/list.ts";
import { type Cidr, readCidr } from "#lib/shared/addresses.ts";
import type { CROSSING_LIST } from "./shape.ts";

type Filter = (typeof CROSSING_LIST.filters)[number];

/** What of the crossings is wanted. Times are exact moments; `until` is the first one left out. */
export interface CrossingQuery extends ListQuery<"time" | "refused", Filter> {
  since: Date | null;
  until: Date | null;
  /** The networks the peer's address must be in, one of them. */
  networks: Cidr[];
  ports: number[];
  /** What was asked for and makes no sense: nothing fits it, and the screen says why. */
  problem: string | null;
}

const Moment = z
  .string()
  .regex(/^\d{4}-\d\d-\d\d(T\d\d:\d\d(:\d\d(\.\d{1,3})?)?Z?)?$/)
  .transform((text) => new Date(text.length === 10 ? `${text}T00:00:00Z` : `${text.replace(/Z$/, "")}Z`))
  .refine((moment) => !Number.isNaN(moment.getTime()))
  .nullable()
  .catch(null);

/** Reads times, networks and ports of the list's filters. A day as the end means all of that day. */
export function crossingQuery(list: ListQuery<"time" | "refused", Filter>): CrossingQuery {
  const { since, until, address, port } = list.filters;
  const end = Moment.parse(until[0] ?? null);
  const networks = address.map((text) => readCidr(text.trim()));
  const ports = port.map((text) => (/^\d{1,5}$/.test(text) ? Number(text) : Number.NaN));
  const wrong = networks.find((reading) => !reading.ok);
  return {
    ...list,
    since: Moment.parse(since[0] ?? null),
    until: until[0]?.length === 10 && end ? new Date(end.getTime() + 86_400_000) : end,
    networks: networks.flatMap((reading) => (reading.ok ? [reading.value] : [])),
    ports,
    problem:
      wrong && !wrong.ok
        ? wrong.problem
        : ports.some((one) => !(one >= 1 && one <= 65_535))
          ? "A port is a number from 1 to 65535."
          : null,
  };
}

export const CROSSING_FORMATS = ["csv", "ndjson"] as const;
export type CrossingFormat = (typeof CROSSING_FORMATS)[number];

/** Which crossing: when it began and its id, so that it is looked for on one day and not on all. */
export const CrossingRef = z
  .string()
  .regex(/^\d{10,14}\.\w{1,128}$/)
  .transform((text) => {
    const [began = "", id = ""] = text.split(".");
    return { beganAt: new Date(Number(began)), id };
  });
export type CrossingRef = z.output<typeof CrossingRef>;

export function crossingRef({ beganAt, id }: CrossingRef): string {
  return `${beganAt.getTime()}.${id}`;
}

/** A view that somebody keeps: a name, and the part of the URL that says what is shown. */
export const KeepViewInput = z.strictObject({
  name: z.string().trim().min(1, "Give the view a name.").max(60, "Keep the name under 60 characters."),
  query: z
    .string()
    .max(2_000)
    .transform((text) => {
      const kept = new URLSearchParams(text);
      for (const name of ["page", "crossing"]) kept.delete(name);
      return kept.toString();
    }),
});
export type KeepViewInput = z.output<typeof KeepViewInput>;

export const ViewRef = z.strictObject({ viewId: z.string().startsWith("view_") });
export type ViewRef = z.output<typeof ViewRef>;
