import type { CheckResult, DoctorReport } from "#lib/doctor/report.ts";

const LINE: CheckResult = {
  id: "name:api.workos.com",
  group: "names",
  outcome: "passed",
  code: "dns_resolves",
  title: "api.workos.com",
  expected: "public addresses",
  found: "A 104.18.2.1 (by 10.0.0.53); AAAA none (by 10.0.0.53)",
  ...{ mend: "", ask: null, door: null, redirectUriId: null, tookMs: 12 },
};

/** A report as a site with one shut door, one proxy that wants a password and one missing page would send it. */
export function exampleReport(parts: Partial<DoctorReport> = {}): DoctorReport {
  return {
    format: "sallyport-doctor-report/v1",
    id: "0190b7c2-0000-4000-8000-000000000001",
    startedAt: "2026-11-20T08:00:00.000Z",
    finishedAt: "2026-11-20T08:00:14.000Z",
    doctor: { version: "1", node: "v20.20.2", platform: "linux x64" },
    machine: "app-01.bank.example",
    deployment: { id: "dep_1", name: "Frankfurt", customer: "Example Bank", mode: "restricted" },
    planMadeAt: "2026-11-19T12:00:00.000Z",
    notes: [
      "The environment Staging did not answer when the plan was made: its identity providers are not in it.",
    ],
    checks: [
      LINE,
      {
        ...LINE,
        ...{
          id: "reach:api.workos.com:443",
          group: "reach",
          outcome: "failed",
          code: "tcp_dropped",
          title: "api.workos.com, port 443",
        },
        expected: "TCP 443 open, TLS 1.2 or 1.3 with a certificate of a public authority",
        found: "104.18.2.1 no answer: something on the way drops it",
        mend: "Open egress tcp 443 to api.workos.com: rule rule_01J of the allowlist allows it, the network does not let it through.",
        ask: "firewall_team",
        door: {
          ruleId: "rule_01J",
          direction: "egress",
          protocol: "tcp",
          port: 443,
          peer: "api.workos.com",
          purpose: "Call the WorkOS API",
        },
      },
      {
        ...LINE,
        ...{ id: "redirect_uri:uri_1", group: "redirect_uris", outcome: "warning", code: "uri_no_page" },
        title: "https://app.bank.example/callback (Production)",
        expected: "resolves, and the application answers there",
        found: "answers 404",
        mend: "The machine answers, but has no such page: the path may be misspelt, or the application an old one.",
        ask: "application_owner",
        redirectUriId: "uri_1",
      },
      {
        ...LINE,
        id: "clock",
        group: "clock",
        code: "clock_right",
        title: "This machine's clock",
        found: "less than 1 s apart, as 3 of 3 say",
      },
      {
        ...LINE,
        id: "inspection",
        group: "inspection",
        outcome: "skipped",
        code: "inspection_unseen",
        title: "TLS is not opened on the way",
        found: "no host of the Internet was reached",
      },
    ],
    ...parts,
  };
}
