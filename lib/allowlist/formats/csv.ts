import { csvLine } from "#lib/shared/csv.ts";
import type { AllowlistFormat } from "./format.ts";
import type { ExportedAllowlist } from "./normal-form.ts";

const COLUMNS = [
  "rule",
  "direction",
  "protocol",
  "port_from",
  "port_to",
  "peer_kind",
  "peer",
  "addresses",
  "names",
  "carried_by",
  "purpose",
  "owner",
  "ticket",
  "expires_at_utc",
  "pack",
  "action",
];

/** One line a rule, for a change ticket or a spreadsheet, and the line that denies the rest. */
export const csv: AllowlistFormat = {
  id: "csv",
  name: "CSV",
  group: "document",
  ending: "csv",
  type: "text/csv; charset=utf-8",
  cannot: [],
  render,
};

function render({ rules }: ExportedAllowlist): string {
  const lines = rules.map((rule) =>
    csvLine([
      rule.id,
      rule.direction,
      rule.protocol,
      rule.portFrom,
      rule.portTo,
      rule.peerKind,
      rule.peer,
      [...rule.networks[4], ...rule.networks[6]].join(" "),
      rule.hosts.join(" "),
      rule.carriedBy,
      rule.purpose,
      rule.ownerName,
      rule.ticket,
      rule.expiresAt?.toISOString() ?? "",
      rule.pack ?? "",
      "allow",
    ]),
  );
  const rest = ["egress", "ingress"].map((direction) =>
    csvLine([
      "",
      direction,
      "any",
      "",
      "",
      "any",
      "any",
      "0.0.0.0/0 ::/0",
      "",
      "",
      "Everything else",
      "",
      "",
      "",
      "",
      "deny",
    ]),
  );
  return [csvLine(COLUMNS), ...lines, ...rest].join("");
}
