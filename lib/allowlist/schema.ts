import { z } from "zod";
import { DeploymentId } from "#lib/deployments/schema.ts";
import type { ListQuery, ListSpec } from "#lib/platform/list.ts";
import { PeerKind, RuleDirection, RuleProtocol } from "#lib/platform/prisma/enums.ts";
import { readPorts } from "#lib/shared/ports.ts";
import { type Reading, refuse } from "#lib/shared/reading.ts";
import { readPeer } from "./shape.ts";

/** Who opens the connection: the installation itself, or the browser of somebody who signs in. */
export const CARRIERS = ["application", "user_browser"] as const;
export type Carrier = (typeof CARRIERS)[number];

export const RULE_STATES = ["open", "expiring", "expired", "retired"] as const;
export type RuleState = (typeof RULE_STATES)[number];

const Line = (maxLength: number) =>
  z.string().trim().max(maxLength, `Keep this under ${maxLength} characters.`).default("");

/** A date and time as the browser's own field gives it, always meant as UTC. Empty: never. */
const UtcTime = z
  .string()
  .trim()
  .default("")
  .transform((text, context) => {
    if (text === "") return null;
    const at = /^\d{4}-\d\d-\d\dT\d\d:\d\d$/.test(text) ? new Date(`${text}:00Z`) : null;
    if (at && !Number.isNaN(at.getTime())) return at;
    context.addIssue({ code: "custom", message: "Write a date and a time, in UTC." });
    return z.NEVER;
  });

/** Which traffic a person means, as a form gives it; `readTraffic` reads it. */
export const TrafficFields = {
  direction: z.enum(RuleDirection, "Choose a direction."),
  protocol: z.enum(RuleProtocol, "Choose a protocol."),
  ports: z.string().trim().max(40).default(""),
  peerKind: z.enum(PeerKind, "Choose what stands on the other side."),
  peer: z.string().trim().max(300),
  carriedBy: z.enum(CARRIERS).default("application"),
};

const RuleFields = {
  ...TrafficFields,
  purpose: z
    .string()
    .trim()
    .min(10, "Say in a few words why this has to be open.")
    .max(300, "Keep the purpose under 300 characters."),
  ownerName: Line(120),
  ticket: Line(120),
  expiresAt: UtcTime,
};

export const AddRuleInput = z
  .strictObject({ deploymentId: DeploymentId, ...RuleFields })
  .transform(readTraffic);
export type AddRuleInput = z.output<typeof AddRuleInput>;

const RuleId = z.string().startsWith("rule_");

export const ChangeRuleInput = z.strictObject({ ruleId: RuleId, ...RuleFields }).transform(readTraffic);
export type ChangeRuleInput = z.output<typeof ChangeRuleInput>;

export const RuleRef = z.strictObject({ ruleId: RuleId });
export type RuleRef = z.output<typeof RuleRef>;

export const RULE_LIST = {
  sorts: ["direction", "peer", "ports", "purpose", "owner", "expires", "created"],
  filters: ["state", "direction", "protocol", "carrier"],
} as const satisfies ListSpec<string, string>;
export type RuleListQuery = ListQuery<(typeof RULE_LIST.sorts)[number], (typeof RULE_LIST.filters)[number]>;

interface WrittenTraffic {
  direction: RuleDirection;
  protocol: RuleProtocol;
  ports: string;
  peerKind: PeerKind;
  peer: string;
}

/** Reads ports and peer, each problem at its own field. */
export function readTraffic<Fields extends WrittenTraffic>(input: Fields, context: z.RefinementCtx) {
  const { ports: portsText, ...fields } = input;
  const peer = readRulePeer(input);
  if (!peer.ok) context.addIssue({ code: "custom", path: ["peer"], message: peer.problem });
  const ports = input.protocol === "icmp" ? null : readPorts(portsText);
  if (ports && !ports.ok) context.addIssue({ code: "custom", path: ["ports"], message: ports.problem });
  if (!peer.ok || (ports && !ports.ok)) return z.NEVER;
  return {
    ...fields,
    peer: peer.value,
    portFrom: ports?.value.from ?? null,
    portTo: ports?.value.to ?? null,
  };
}

function readRulePeer({ direction, peerKind, peer }: WrittenTraffic): Reading<string> {
  if (direction === "ingress" && peerKind === "fqdn") {
    return refuse("What comes in shows its address, not its name: choose a network or an address set.");
  }
  return readPeer(peerKind, peer);
}
