import type { CrossingKind, CrossingOutcome } from "#lib/shared/gateway/crossing.ts";
import { type Dimension, NONE } from "./schema.ts";

export const OUTCOME_WORDS: Record<CrossingOutcome, string> = {
  open: "Open",
  allowed: "Passed",
  refused: "Refused",
  failed: "Failed",
};

export const KIND_WORDS: Record<CrossingKind, string> = {
  connection: "Connection",
  request: "Request",
  callback: "Callback",
  webhook: "Webhook",
  pull: "Pull of events",
  delivery: "Delivery",
  bundle: "Bundle",
  gap: "Gap",
};

export const DIRECTION_WORDS = { egress: "Out", ingress: "In" } as const;

export const DIMENSION_WORDS: Record<Dimension, string> = {
  outcome: "Outcome",
  direction: "Direction",
  kind: "Kind",
  reason: "Reason",
  rule: "Rule",
  client: "Client",
  peer: "Other side",
  environment: "Environment",
};

const NONE_WORDS: Record<Dimension, string> = {
  outcome: "None",
  direction: "None",
  kind: "None",
  reason: "No reason",
  rule: "No rule",
  client: "No client",
  peer: "Nobody named",
  environment: "No environment",
};

/** Why something did not pass, as the gateway's codes say it. One that is not known here is shown as it is. */
const REASON_WORDS: Record<string, string> = {
  no_rule: "No rule lets it pass",
  sni_differs: "Asked for one name and greeted another",
  sni_missing: "Greeted nobody by name",
  inner_address: "An address of an inner network",
  client_unknown: "Nobody known asked",
  name_unknown: "The name has no address",
  name_server_slow: "The name server did not answer in time",
  name_server_busy: "The name server is busy",
  not_tls: "Not TLS",
  peer_reset: "The other side broke it off",
  peer_silent: "The other side did not answer",
  client_left: "The client left",
  too_many_connections: "Too many connections",
  rule_gone: "Its rule is gone",
  unknown_path: "Nothing is expected there",
  replayed: "It came before",
  rate: "Too many in a short time",
  gateway_ended: "The gateway ended first",
  spool_full: "No room was left for the record",
  disk_full: "The disk was full",
  spool_failed: "The disk took nothing",
  spool_damaged: "The record was damaged",
  unwritable: "It could not be written",
};

export function reasonText(code: string): string {
  return REASON_WORDS[code] ?? code.replaceAll("_", " ").replace(/^./, (letter) => letter.toUpperCase());
}

/** A value of a filter, as people read it. */
export function valueText(dimension: Dimension, value: string, label: string | null): string {
  if (label !== null) return label;
  if (value === NONE) return NONE_WORDS[dimension];
  if (dimension === "outcome") return OUTCOME_WORDS[value as CrossingOutcome] ?? value;
  if (dimension === "kind") return KIND_WORDS[value as CrossingKind] ?? value;
  if (dimension === "direction") return DIRECTION_WORDS[value as "egress"] ?? value;
  return dimension === "reason" ? reasonText(value) : value;
}

const UNITS = ["B", "kB", "MB", "GB", "TB"];

/** A number of bytes as people read it, by thousands. */
export function bytesText(bytes: number): string {
  const power = Math.min(UNITS.length - 1, bytes < 1 ? 0 : Math.floor(Math.log10(bytes) / 3));
  const value = bytes / 1000 ** power;
  return `${value < 10 && power > 0 ? value.toFixed(1) : Math.round(value)} ${UNITS[power]}`;
}
