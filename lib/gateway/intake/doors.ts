import type { Carrier } from "#lib/shared/allowlist/traffic.ts";
import type { GatewayConfiguration, GatewayIntake } from "#lib/shared/gateway/configuration.ts";
import { Admission } from "./admission.ts";

/** What may be asked for from outside under one configuration, and by whom. */
export interface Doors {
  readonly admission: Admission;
  /** Exactly the path as it was sent: what is written in another way is another path. */
  at(path: string): GatewayIntake | null;
}

export function doorsOf({ intake, allowlist }: GatewayConfiguration, publicPort: number): Doors {
  const byPath = new Map(intake.map((door) => [door.path, door]));
  return {
    admission: new Admission(allowlist.rules, publicPort),
    at: (path) => byPath.get(path) ?? null,
  };
}

/** Webhooks come from machines of the provider; callbacks from the browser of whoever signs in. */
export function carrierOf({ kind }: GatewayIntake): Carrier {
  return kind === "webhook" ? "application" : "user_browser";
}

export function methodsOf({ kind }: GatewayIntake): readonly string[] {
  return kind === "webhook" ? ["POST"] : ["GET", "POST"];
}

/** Path and query of a request's target. Null for every other form of one (RFC 9112 section 3.2), which no origin is asked by. */
export function targetOf(url: string | undefined): { path: string; search: string } | null {
  if (!url?.startsWith("/") || /[^\x21-\x7e]|#/.test(url)) return null;
  const question = url.indexOf("?");
  return question < 0
    ? { path: url, search: "" }
    : { path: url.slice(0, question), search: url.slice(question) };
}
