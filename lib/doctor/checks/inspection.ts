import type { PlanHost } from "../plan.ts";
import { inspectorOf } from "./certificate.ts";
import type { Seen } from "./reach.ts";
import type { Check, Finding } from "./site.ts";

/** All certificates of the Internet's hosts seen together: what opens TLS shows the same authority for hosts that share none. */
export function inspectionCheck(hosts: readonly PlanHost[], seen: Seen): Check {
  return {
    id: "inspection",
    group: "inspection",
    title: "TLS is not opened on the way",
    run: async () =>
      judgeInspection(
        hosts.filter(({ isPublic }) => isPublic).map(({ host }) => host),
        seen,
      ),
  };
}

export function judgeInspection(publicHosts: readonly string[], seen: Seen): Finding {
  const looked = publicHosts.filter((host) => seen.has(host));
  const expected = "certificates of public authorities for every host";
  if (looked.length === 0)
    return {
      outcome: "skipped",
      code: "inspection_unseen",
      expected,
      found: "no host of the Internet was reached",
    };
  const opened = looked.filter((host) => {
    const { chain, isPublic } = seen.get(host) ?? { chain: [], isPublic: false };
    return !isPublic || inspectorOf(chain) !== null;
  });
  if (opened.length === 0)
    return {
      outcome: "passed",
      code: "inspection_none",
      expected,
      found: `${looked.length} of ${looked.length} hosts`,
    };
  const authorities = [...new Set(opened.map((host) => seen.get(host)?.chain.at(-1)?.issuer ?? "nobody"))];
  const untouched = looked.filter((host) => !opened.includes(host));
  const product = opened
    .map((host) => inspectorOf(seen.get(host)?.chain ?? []))
    .find((name) => name !== null);
  const by =
    authorities.length === 1
      ? `one authority, ${authorities[0]}`
      : `the authorities ${authorities.join("; ")}`;
  const trusted = opened.every((host) => seen.get(host)?.problem === null);
  return {
    outcome: trusted ? "warning" : "failed",
    code: untouched.length > 0 ? "inspection_some" : "inspection_all",
    expected,
    found: `opened: ${opened.join(", ")}, by ${by}${untouched.length > 0 ? `; not opened: ${untouched.join(", ")}` : ""}`,
    mend: `${product ?? "A TLS-inspecting proxy or firewall"} stands between this machine and these hosts. Have all of them exempted from inspection${untouched.length > 0 ? ", as the others are already" : ""}.`,
    ask: "firewall_team",
  };
}
