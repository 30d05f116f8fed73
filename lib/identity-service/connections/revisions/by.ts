import { z } from "zod";

/** The name of the person who does it, as the history shows it. */
export const By = z.string().trim().min(1).max(200);

export const Reason = z.string().trim().min(3).max(1_000);
