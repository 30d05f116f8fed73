import type { DomainVerdict } from "#lib/drivers/domain-port.ts";
import { DAY_MS, HOUR_MS, MINUTE_MS } from "#lib/shared/clock.ts";
import { addEvent } from "./audit.ts";
import type { DemoEnvironment } from "./environments.ts";
import type { Drawing } from "./fleet.ts";
import { Random } from "./random.ts";
import { drawnLast } from "./rows.ts";
import { environmentTarget } from "./targets.ts";

/** The domains of an environment's organizations: those of their connections, and now and then one that waits. */
export function addDomains(drawing: Drawing, environment: DemoEnvironment): void {
  // Chance of their own, so that the rest of the fleet is drawn as it was without them.
  const random = new Random(`domains of ${environment.id}`);
  const own = { ...drawing, random };
  const taken = new Set<string>();
  const theirs = drawnLast(drawing.rows.connections, ({ environmentId }) => environmentId === environment.id);
  for (const connection of theirs) {
    const [main = ""] = connection.domains as string[];
    const names = random.chance(0.25) ? [main, `${random.pick(["mail", "group", "ops"])}.${main}`] : [main];
    for (const name of names.filter((one) => one && !taken.has(one))) {
      taken.add(name);
      const organizationId = connection.organizationId ?? "";
      addDomain(own, environment, {
        name,
        organizationId,
        organizationName: connection.organizationName ?? "",
      });
    }
  }
}

interface Owned {
  name: string;
  organizationId: string;
  organizationName: string;
}

function addDomain(drawing: Drawing, environment: DemoEnvironment, owned: Owned): void {
  const { random, rows, now } = drawing;
  const { customer, id: deploymentId, progress } = environment.deployment;
  const soon = new Date(Math.min(environment.createdAt.getTime() + 15 * DAY_MS, now.getTime()));
  const createdAt = random.between(environment.createdAt, soon);
  const state = progress === "begun" ? "pending" : random.weighted(STATES);
  const strategy = state === "verified" && random.chance(0.2) ? "manual" : "dns";
  const id = random.id("org_domain", createdAt);
  const token = random.id("t", createdAt).slice(-25).toLowerCase();
  const recordName = `${customer.slug.replace(/-/g, "")}-domain-verification-${token.slice(0, 6)}.${owned.name}`;
  const recordValue = `verification_token=${token}`;
  const tells = environment.driver === "offline" && strategy === "dns";
  const verdict: DomainVerdict = state === "verified" ? "found" : random.weighted(VERDICTS);
  const lookedAt =
    state === "verified"
      ? random.between(createdAt, soon)
      : new Date(now.getTime() - random.int(1, 5) * MINUTE_MS);
  rows.domains.push({
    ...{ id, customerId: customer.id, deploymentId, environmentId: environment.id },
    ...{ organizationId: owned.organizationId, organizationName: owned.organizationName },
    ...{ name: owned.name, state, strategy, recordName, recordValue },
    lookedAt: tells ? lookedAt : null,
    verdict: tells ? verdict : "",
    look: tells ? lookOf(verdict, { recordName, recordValue, name: owned.name }) : undefined,
    syncedAt: new Date(now.getTime() - random.int(1, 15) * MINUTE_MS),
    ...{ createdAt, updatedAt: createdAt },
  });
  const domain = {
    ...environmentTarget(environment),
    targetType: "domain",
    targetId: id,
    targetName: owned.name,
  };
  addEvent(drawing, createdAt, "domain.add", { ...domain, after: { domain: owned.name } });
  if (strategy === "manual")
    addEvent(drawing, new Date(createdAt.getTime() + random.int(1, 20) * HOUR_MS), "domain.verify_by_hand", {
      ...domain,
      before: { state: "pending" },
      after: { state: "verified" },
      detail: { reason: "Confirmed by phone with their IT." },
    });
}

const STATES = { verified: 86, pending: 11, failed: 3 } as const;
const VERDICTS = { no_record: 5, no_such_domain: 4, wrong_value: 3, doubled_name: 2, no_answer: 1 } as const;

/** What the name servers of a made-up site said. */
function lookOf(verdict: DomainVerdict, at: { recordName: string; recordValue: string; name: string }) {
  const silent = verdict === "no_answer";
  const nothing = (name: string) => ({ name, outcome: silent ? "timed_out" : "no_such_name", records: [] });
  const held = (name: string, ...records: string[]) => ({ name, outcome: "records", records });
  const domain =
    verdict === "no_such_domain" || silent
      ? nothing(at.name)
      : held(at.name, "v=spf1 include:mail.example -all");
  const names = {
    found: [held(at.recordName, at.recordValue), domain],
    wrong_value: [held(at.recordName, `"${at.recordValue}"`), domain],
    doubled_name: [nothing(at.recordName), domain, held(`${at.recordName}.${at.name}`, at.recordValue)],
    no_record: [nothing(at.recordName), domain],
    no_such_domain: [nothing(at.recordName), domain],
    no_answer: [nothing(at.recordName), domain],
  };
  return { resolvers: ["10.20.0.53"], names: names[verdict] };
}
