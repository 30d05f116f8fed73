import { z } from "zod";
import { DeploymentId } from "#lib/deployments/schema.ts";
import type { ListQuery, ListSpec } from "#lib/platform/list.ts";

export const UploadReportInput = z.strictObject({
  deploymentId: DeploymentId,
  /** The file as it was carried. What is wrong with it is said in a sentence, so it is not judged here. */
  content: z.string().min(1, "Choose the file that the doctor wrote."),
});
export type UploadReportInput = z.output<typeof UploadReportInput>;

export const REPORT_LIST = {
  sorts: ["ran", "machine", "failed", "warnings", "brought"],
  defaultDirection: "desc",
  filters: ["result"],
} as const satisfies ListSpec<string, string>;
export type ReportListQuery = ListQuery<
  (typeof REPORT_LIST.sorts)[number],
  (typeof REPORT_LIST.filters)[number]
>;

export const PROOFS = ["passed", "warning", "failed", "skipped"] as const;
export type ProofOutcome = (typeof PROOFS)[number];
