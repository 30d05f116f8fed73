import type { DeploymentMode, RuleDirection, RuleProtocol } from "#lib/platform/prisma/enums.ts";
import type { Carrier } from "../schema.ts";
import {
  type NameQuestion,
  type PeerQuestion,
  type PortQuestion,
  QUESTIONS,
  type QuestionId,
} from "./questions.ts";

/** One door of a pack. Left without an answer to what its peer asks, it is not opened. */
export interface PackRule {
  direction: RuleDirection;
  protocol: RuleProtocol;
  port: number | { ask: PortQuestion; otherwise: number };
  peer: { set: string } | { ask: PeerQuestion };
  carriedBy: Carrier;
  hosts: readonly string[];
  /** Names that the site adds to `hosts`. */
  moreHosts?: NameQuestion;
  purpose: string;
  /** What stops working without it. */
  without: string;
}

/** A pack is never changed: what it should open from now on is its next version. */
export interface PackVersion {
  number: number;
  releasedOn: string;
  /** What is different from the version before, in a sentence. */
  change: string;
  rules: readonly PackRule[];
}

/** Whether a site wants it: by default, if somebody says so, or not at all, and why. */
export type Standing = "usual" | "offered" | { not: string };

/** Who signs people in where it is used. */
export type PackGroup = "workos" | "offline" | "site";

export interface RulePack {
  id: string;
  name: string;
  group: PackGroup;
  summary: string;
  modes: Readonly<Record<DeploymentMode, Standing>>;
  /** Oldest first. */
  versions: readonly [PackVersion, ...PackVersion[]];
}

/** What this version asks the site, each question once. */
export function questionsOf({ rules }: Pick<PackVersion, "rules">): QuestionId[] {
  const asked = rules.flatMap(({ peer, port, moreHosts }) => [
    ...(moreHosts ? [moreHosts] : []),
    ...("ask" in peer ? [peer.ask] : []),
    ...(typeof port === "object" ? [port.ask] : []),
  ]);
  return (Object.keys(QUESTIONS) as QuestionId[]).filter((question) => asked.includes(question));
}
