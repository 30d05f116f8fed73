import type { CrossingKind, CrossingOutcome } from "#lib/shared/gateway/crossing.ts";
import type { CrossingReason } from "#lib/shared/gateway/reasons.ts";
import { type Dimension, NONE } from "./shape.ts";

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
const REASON_WORDS: Record<CrossingReason, string> = {
  no_rule: "No rule lets it pass",
  inner_address: "An address of an inner network",
  client_unknown: "Nobody known asked",
  sni_differs: "Asked for one name and greeted another",
  sni_missing: "Greeted nobody by name",
  not_tls: "Not TLS",
  bad_hello: "A greeting that makes no sense",
  name_unknown: "The name has no address",
  name_server_slow: "The name server did not answer in time",
  name_server_busy: "The name server is busy",
  unreachable: "It could not be reached",
  parent_refused: "The parent proxy refused it",
  peer_reset: "The other side broke it off",
  peer_silent: "The other side did not answer",
  client_left: "The client left before it had asked",
  client_gone: "The client is not there any more",
  too_slow: "It took too long to arrive",
  too_many_connections: "Too many connections",
  upgrade: "It asked for another protocol",
  bad_body: "Its body makes no sense",
  bad_handshake: "TLS with the client could not be agreed on",
  idle: "Nothing moved for too long",
  rule_gone: "Its rule is gone",
  gateway_stopped: "The gateway was stopped",
  head_too_large: "The head of the request is too large",
  bare_line_feed: "A line of its head ends otherwise than it must",
  control_character: "A control character in its head",
  folded_line: "A header on more than one line",
  bad_request_line: "Its first line makes no sense",
  bad_header: "A header makes no sense",
  length_in_two_ways: "Its length is said in two ways",
  body_in_tunnel_request: "A body where a tunnel was asked for",
  host_missing: "It names no host",
  host_differs: "It names two hosts",
  not_a_proxy_request: "It is not for a proxy",
  bad_target: "What it asks for makes no sense",
  unknown_path: "Nothing is expected there",
  source_unknown: "It does not say where it came from",
  method: "Not by this method",
  malformed: "It makes no sense",
  encoded: "Its body is compressed",
  tls: "TLS could not be agreed on",
  nothing_sent: "Nothing was sent",
  slow: "It took too long to arrive",
  too_large: "It is too large",
  busy: "Too much arrived at once",
  rate: "Too many in a short time",
  too_many: "Too many connections",
  signature_missing: "It is not signed",
  signature_malformed: "Its signature makes no sense",
  signature_wrong: "Its signature is wrong",
  timestamp: "It was signed too long ago, or in the future",
  replayed: "It came before",
  known: "Its event was there already",
  no_event: "It holds no event",
  store_unavailable: "It could not be kept",
  application_slow: "The application did not answer in time",
  application_unreachable: "The application could not be reached",
  answer_cut: "The application's answer broke off",
  fault: "A fault of the gateway",
  pull_limited: "The other side asked to wait",
  pull_failing: "The other side has trouble",
  pull_silent: "The other side did not answer",
  pull_door: "No rule lets it pass",
  pull_key: "The key was not accepted",
  pull_refused: "The other side did not take the question",
  pull_garbage: "What it answered makes no sense",
  pull_failed: "It failed",
  answer: "The endpoint did not take it",
  carried_refused: "What was carried in was refused",
  events_buffer_full: "Events were dropped: the buffer was full",
  events_too_old: "Events were dropped: they were too old",
  events_cursor_lost: "Events are missing: the other side lost the place",
  events_unreadable: "Events could not be read",
  events_file_missing: "Events are missing: a file was not carried in",
  gateway_ended: "The gateway ended first",
  spool_full: "No room was left for the record",
  disk_full: "The disk was full",
  spool_failed: "The disk took nothing",
  spool_damaged: "The record was damaged",
  unwritable: "It could not be written",
  console_refused: "The console did not take it",
  kept_too_short: "It was dropped before the console had it",
};

export function reasonText(code: string): string {
  return (
    (REASON_WORDS as Record<string, string>)[code] ??
    code.replaceAll("_", " ").replace(/^./, (letter) => letter.toUpperCase())
  );
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
