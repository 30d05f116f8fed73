import { z } from "zod";

export const ShowDoorsInput = z.strictObject({ format: z.string().min(1).max(60) });
export type ShowDoorsInput = z.output<typeof ShowDoorsInput>;

export const BringReportInput = z.strictObject({ content: z.string() });
export type BringReportInput = z.output<typeof BringReportInput>;
