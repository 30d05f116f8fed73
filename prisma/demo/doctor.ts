import { type CheckResult, countOutcomes, type DoctorReport } from "#lib/doctor/report.ts";
import { DAY_MS, HOUR_MS } from "#lib/shared/clock.ts";
import { addEvent, deskId } from "./audit.ts";
import type { DemoDeployment } from "./deployments.ts";
import type { Drawing } from "./fleet.ts";
import { DESKS } from "./names.ts";
import { Random } from "./random.ts";
import { drawnLast } from "./rows.ts";

/** What the doctor found at a site: more trouble at first than later, and the redirect URIs it saw answer. */
export function addReports(drawing: Drawing, deployment: DemoDeployment): void {
  if (deployment.progress === "new") return;
  // Chance of their own, so that the rest of the fleet is drawn as it was without them.
  const random = new Random(`doctor at ${deployment.id}`);
  const count = Number(random.weighted({ 0: 25, 1: 40, 2: 25, 3: 10 }));
  const { now } = drawing;
  const from = Math.max(deployment.createdAt.getTime(), now.getTime() - 120 * DAY_MS);
  for (let index = 0; index < count; index++) {
    const ranAt = random.between(new Date(from), new Date(now.getTime() - HOUR_MS));
    addReport({ ...drawing, random }, deployment, { ranAt, trouble: Math.max(0, count - 1 - index) });
  }
}

function addReport(
  drawing: Drawing,
  deployment: DemoDeployment,
  { ranAt, trouble }: { ranAt: Date; trouble: number },
): void {
  const { random, rows } = drawing;
  const { customer, id: deploymentId, name, mode } = deployment;
  const machine = `app-01.${customer.slug}.example`;
  const checks = linesOf(drawing, deployment, trouble);
  const report: DoctorReport = {
    format: "sallyport-doctor-report/v1",
    id: uuid(random),
    startedAt: ranAt.toISOString(),
    finishedAt: new Date(ranAt.getTime() + random.int(2, 40) * 1_000).toISOString(),
    doctor: { version: "1", node: "v22.14.0", platform: "linux x64" },
    machine,
    deployment: { id: deploymentId, name, customer: customer.name, mode },
    planMadeAt: new Date(ranAt.getTime() - HOUR_MS).toISOString(),
    notes: [],
    checks,
  };
  const { failed, warning: warnings, passed, skipped } = countOutcomes(checks);
  const id = random.id("report", ranAt);
  const desk = DESKS[random.int(0, 3)] ?? DESKS[0];
  const createdAt = new Date(ranAt.getTime() + random.int(5, 50) * 60_000);
  rows.doctorReports.push({
    ...{ id, customerId: customer.id, deploymentId, runId: report.id, machine },
    ...{
      failed,
      warnings,
      passed,
      skipped,
      content: report,
      ranAt,
      broughtBy: desk.name,
      broughtById: deskId(desk.email),
      createdAt,
    },
  });
  keepProofs(drawing, { id, report, ranAt, customerId: customer.id });
  addEvent(drawing, createdAt, "doctor.upload", {
    ...{
      targetType: "doctor_report",
      targetId: id,
      targetName: machine,
      customerId: customer.id,
      deploymentId,
    },
    detail: { failed, warnings, machine, by: deskId(desk.email) },
  });
}

function keepProofs(
  { rows }: Drawing,
  { id, report, ranAt, customerId }: { id: string; report: DoctorReport; ranAt: Date; customerId: string },
): void {
  const theirs = drawnLast(rows.redirectUriProofs, (proof) => proof.customerId === customerId);
  for (const { redirectUriId, outcome, found } of report.checks) {
    if (!redirectUriId) continue;
    const known = theirs.find((proof) => proof.redirectUriId === redirectUriId);
    const proof = { redirectUriId, customerId, reportId: id, outcome, found, machine: report.machine, ranAt };
    if (!known) rows.redirectUriProofs.push(proof);
    else if (new Date(known.ranAt) < ranAt) Object.assign(known, proof);
  }
}

const LINE: CheckResult = {
  ...{ id: "", group: "names", outcome: "passed", code: "dns_resolves", title: "", expected: "", found: "" },
  ...{ mend: "", ask: null, door: null, redirectUriId: null, tookMs: 20 },
};

function linesOf({ random, rows }: Drawing, { id, mode }: DemoDeployment, trouble: number): CheckResult[] {
  const environments = new Set(
    drawnLast(rows.environments, ({ deploymentId }) => deploymentId === id).map((one) => one.id),
  );
  const uris = drawnLast(rows.redirectUris, ({ environmentId }) => environments.has(environmentId));
  const rule = drawnLast(rows.allowlistRules, ({ deploymentId }) => deploymentId === id).find(({ hosts }) =>
    (hosts as string[] | undefined)?.includes("api.workos.com"),
  );
  const lines = uris.map(
    ({ id: redirectUriId, uri }): CheckResult => ({
      ...{
        ...LINE,
        id: `redirect_uri:${redirectUriId}`,
        group: "redirect_uris",
        code: "uri_answers",
        redirectUriId,
      },
      ...{ title: `${uri}`, expected: "resolves, and the application answers there", found: "answers 302" },
    }),
  );
  lines.push({
    ...LINE,
    id: "clock",
    group: "clock",
    code: "clock_right",
    title: "This machine's clock",
    found: "less than 1 s apart, as 3 of 3 say",
  });
  if (mode !== "air_gapped") lines.push(...outside(rule?.id ?? null, trouble > 0));
  const [first] = uris;
  if (trouble > 1 && first) {
    const line = lines.find(({ redirectUriId }) => redirectUriId === first.id);
    const mend = "Have the name resolve inside the network: people's browsers are sent there.";
    if (line)
      Object.assign(line, {
        outcome: "failed",
        code: "uri_no_address",
        found: "its name does not resolve",
        mend,
        ask: "dns_team",
      });
  }
  if (random.chance(0.2))
    lines.push({
      ...{ ...LINE, id: "disk:/var/lib/sallyport", group: "machine", outcome: "warning", code: "disk_full" },
      ...{ title: "Disk at /var/lib/sallyport", expected: "2.0 GB free", found: "1.6 GB free of 20.0 GB" },
      ...{
        mend: "Make room, or give the folder a larger disk: a full one stops the database.",
        ask: "machine_admin",
      },
    });
  return lines;
}

function outside(ruleId: string | null, shut: boolean): CheckResult[] {
  const door = {
    ruleId,
    direction: "egress",
    protocol: "tcp",
    port: 443,
    peer: "api.workos.com",
    purpose: "Call the WorkOS API",
  } as const;
  const reach: CheckResult = {
    ...{
      ...LINE,
      id: "reach:api.workos.com:443",
      group: "reach",
      code: "tls_good",
      title: "api.workos.com, port 443",
    },
    expected: "TCP 443 open, TLS 1.2 or 1.3 with a certificate of a public authority",
    found: "TLSv1.3, api.workos.com, by WE1, Google Trust Services, until 2027-01-20",
  };
  const name = {
    ...LINE,
    id: "name:api.workos.com",
    title: "api.workos.com",
    expected: "public addresses",
    found: "A 104.18.2.1 (by 10.0.0.53); AAAA none (by 10.0.0.53)",
  };
  if (!shut) return [name, reach];
  const mend = ruleId
    ? `Open egress tcp 443 to api.workos.com: rule ${ruleId} of the allowlist allows it, the network does not let it through.`
    : "Open egress tcp 443 to api.workos.com. No rule of the allowlist names it: propose one first.";
  return [
    name,
    {
      ...reach,
      outcome: "failed",
      code: "tcp_dropped",
      found: "104.18.2.1 no answer: something on the way drops it",
      mend,
      ask: "firewall_team",
      door,
    },
  ];
}

function uuid(random: Random): string {
  const hex = Array.from({ length: 32 }, () => random.int(0, 15).toString(16)).join("");
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-8${hex.slice(17, 20)}-${hex.slice(20)}`;
}
