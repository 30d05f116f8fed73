import type { GapReason } from "./gap.ts";

/** Why a request to the proxy is not one that is understood in one way only. */
type HeadReason =
  | "bare_line_feed"
  | "control_character"
  | "folded_line"
  | "bad_request_line"
  | "bad_header"
  | "length_in_two_ways"
  | "body_in_tunnel_request"
  | "host_missing"
  | "host_differs"
  | "not_a_proxy_request"
  | "bad_target"
  | "head_too_large";

type WayOutReason =
  | "no_rule"
  | "inner_address"
  | "client_unknown"
  | "sni_missing"
  | "sni_differs"
  | "not_tls"
  | "bad_hello"
  | "too_slow"
  | "too_many_connections"
  | "upgrade"
  | "bad_body"
  | "bad_handshake"
  | "idle"
  | "rule_gone"
  | "client_gone"
  | "client_left"
  | "gateway_stopped"
  | "name_unknown"
  | "name_server_slow"
  | "name_server_busy"
  | "unreachable"
  | "parent_refused"
  | "peer_reset"
  | "peer_silent";

type IntakeReason =
  | "unknown_path"
  | "source_unknown"
  | "method"
  | "malformed"
  | "encoded"
  | "tls"
  | "nothing_sent"
  | "slow"
  | "too_large"
  | "busy"
  | "rate"
  | "too_many"
  | "signature_missing"
  | "signature_malformed"
  | "signature_wrong"
  | "timestamp"
  | "replayed"
  | "known"
  | "no_event"
  | "store_unavailable"
  | "application_slow"
  | "application_unreachable"
  | "answer_cut"
  | "fault";

type EventsReason = `pull_${PullFailure}` | "answer" | "carried_refused" | `events_${GapReason}`;
type PullFailure = "limited" | "failing" | "silent" | "door" | "key" | "refused" | "garbage" | "failed";

type RecordReason =
  | "gateway_ended"
  | "spool_full"
  | "disk_full"
  | "spool_failed"
  | "spool_damaged"
  | "unwritable"
  | "console_refused"
  | "kept_too_short";

/** Every reason that a gateway writes down. A new one stands here first: the console has words for each. */
export type CrossingReason = HeadReason | WayOutReason | IntakeReason | EventsReason | RecordReason;
