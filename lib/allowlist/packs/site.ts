import type { RulePack } from "./pack.ts";

/** What a site wants by default where it is on a network with the outside, and may have among its own zones otherwise. */
export const USUAL_OUTSIDE: RulePack["modes"] = {
  connected: "usual",
  restricted: "usual",
  air_gapped: "offered",
};

/** What any site may have: behind an air gap, with servers of the site's other zones. */
export const OFFERED: RulePack["modes"] = {
  connected: "offered",
  restricted: "offered",
  air_gapped: "offered",
};
