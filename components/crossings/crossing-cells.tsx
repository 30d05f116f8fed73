import { ArrowDownLeft, ArrowUpRight } from "lucide-react";
import { Status, type StatusTone } from "#components/ui/status.tsx";
import type { CrossingRow } from "#lib/crossings/queries.ts";
import { DIRECTION_WORDS, KIND_WORDS, OUTCOME_WORDS, reasonText } from "#lib/crossings/words.ts";
import { bytesText } from "#lib/shared/bytes.ts";
import type { CrossingOutcome } from "#lib/shared/gateway/crossing.ts";

const TONES: Record<CrossingOutcome, StatusTone> = {
  open: "neutral",
  allowed: "positive",
  refused: "negative",
  failed: "caution",
};

/** Without "UTC" in every row: the head says it. */
export function whenCell({ beganAt }: CrossingRow) {
  const moment = beganAt.toISOString();
  return (
    <time dateTime={moment} title={moment} className="font-normal text-xs tabular-nums">
      {moment.slice(0, 19).replace("T", " ")}
    </time>
  );
}

export function outcomeCell({ outcome, reason }: Pick<CrossingRow, "outcome" | "reason">) {
  return (
    <Status tone={TONES[outcome]} {...(reason ? { reason: reasonText(reason) } : {})}>
      {OUTCOME_WORDS[outcome]}
    </Status>
  );
}

export function directionCell({ direction }: Pick<CrossingRow, "direction">) {
  const Icon = direction === "egress" ? ArrowUpRight : ArrowDownLeft;
  return (
    <span className="inline-flex items-center gap-1 align-middle">
      <Icon aria-hidden className="size-3.5 text-faint" />
      {DIRECTION_WORDS[direction]}
    </span>
  );
}

export function peerCell({ peerName, peerAddress, peerPort, missing }: CrossingRow) {
  if (missing !== null) return `${missing.toLocaleString("en")} could not be kept`;
  const end = peerName ?? peerAddress;
  if (!end) return <span className="text-faint">Nobody named</span>;
  const port = peerPort === null ? "" : `:${peerPort}`;
  const words = `${end.includes(":") ? `[${end}]` : end}${port}`;
  return (
    <code className="text-xs" title={peerName && peerAddress ? `${words} at ${peerAddress}` : words}>
      {words}
    </code>
  );
}

export function kindCell({ kind }: Pick<CrossingRow, "kind">) {
  return KIND_WORDS[kind];
}

export function clientCell({ clientName, clientId, clientAddress }: CrossingRow) {
  return clientName ?? clientId ?? (clientAddress && <code className="text-xs">{clientAddress}</code>);
}

export function requestCell({ method, path }: CrossingRow) {
  const words = [method, path].filter(Boolean).join(" ");
  return words && <code className="text-xs">{words}</code>;
}

/** Short, with the exact number in its title. */
export function bytesCell(bytes: number) {
  return (
    <span className="block text-right tabular-nums" title={`${bytes.toLocaleString("en")} bytes`}>
      {bytesText(bytes)}
    </span>
  );
}
