import { z } from "zod";
import { DeploymentId } from "#lib/deployments/schema.ts";
import type { ListQuery, ListSpec, SearchParams } from "#lib/platform/list.ts";

export const IDLE_LIST = { sorts: ["rule"], filters: [] } as const satisfies ListSpec<string, string>;
export type IdleListQuery = ListQuery<"rule", never>;

/** How far a forecast looks, in days. */
export const HORIZONS = [7, 30, 90] as const;
export type Horizon = (typeof HORIZONS)[number];

/** What a deployment's allowlist is compared with; `ahead`: with itself, once rules have ended. */
export type Against =
  | { kind: "ahead"; days: Horizon }
  | { kind: "past"; at: Date }
  | { kind: "export"; exportId: string }
  | { kind: "deployment"; deploymentId: string }
  /** It is still to be said which. */
  | { kind: "choose"; what: "past" | "deployment" };

const Days = z.coerce.number().pipe(z.literal(HORIZONS));
const Moment = z
  .string()
  .regex(/^\d{4}-\d\d-\d\d(T\d\d:\d\d(:\d\d(\.\d{1,3})?)?Z?)?$/)
  .transform((text) => new Date(text.length === 10 ? `${text}T00:00:00Z` : `${text.replace(/Z$/, "")}Z`))
  .refine((at) => !Number.isNaN(at.getTime()));

/** Reads what a URL compares with: `?ahead=30`, `?at=2026-11-01T08:00`, `?deployment=dep_…`, `?export=exp_…`. */
export function againstOf(params: SearchParams): Against {
  const at = Moment.safeParse(params.at);
  if (at.success) return { kind: "past", at: at.data };
  const deploymentId = DeploymentId.safeParse(params.deployment);
  if (deploymentId.success) return { kind: "deployment", deploymentId: deploymentId.data };
  const exportId = z.string().min(1).max(60).safeParse(params.export);
  if (exportId.success) return { kind: "export", exportId: exportId.data };
  const what = z.enum(["past", "deployment"]).safeParse(params.with);
  if (what.success) return { kind: "choose", what: what.data };
  return { kind: "ahead", days: Days.catch(30).parse(params.ahead) };
}
