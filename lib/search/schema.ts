import { z } from "zod";

export const SearchText = z.string().trim().min(2).max(100);

/** Something found by its name, and where it is. */
export interface SearchHit {
  kind: "customer" | "deployment";
  id: string;
  name: string;
  /** What tells it from others of the same name. */
  hint: string;
  href: string;
}
