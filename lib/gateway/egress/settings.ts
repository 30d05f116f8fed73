import type { GatewayConfiguration } from "#lib/shared/gateway/configuration.ts";
import { type ClientBook, clientBook } from "./clients.ts";
import { compileDoors, type Doors, type EgressRule } from "./doors.ts";

/** What the proxy goes by, made ready. Replaced whole with each configuration, and whenever a rule ends. */
export interface EgressSettings {
  readonly doors: Doors;
  readonly clients: ClientBook;
  readonly parent: ParentProxy | null;
  /** Why a rule was made. */
  purposeOf(ruleId: string): string | null;
}

/** Another proxy that all goes out through. */
export interface ParentProxy {
  readonly host: string;
  readonly port: number;
  readonly isTls: boolean;
  /** Sent to it as `Proxy-Authorization`. */
  readonly authorization: string | null;
}

type Told = Pick<GatewayConfiguration, "clients" | "parent_proxy"> & {
  allowlist: Pick<GatewayConfiguration["allowlist"], "rules">;
};

export function egressSettings({ allowlist, clients, parent_proxy }: Told, now: Date): EgressSettings {
  const { rules } = allowlist;
  const purposes = new Map(rules.map(({ id, purpose }) => [id, purpose]));
  return {
    doors: compileDoors(rules.map(egressRule), now),
    clients: clientBook(
      clients.map(({ id, name, token_sha256, certificate_sha256, networks }) => ({
        ...{ id, name, networks },
        tokenHashes: token_sha256,
        certificateHashes: certificate_sha256,
      })),
    ),
    parent: parent_proxy && parentOf(parent_proxy),
    purposeOf: (ruleId) => purposes.get(ruleId) || null,
  };
}

function egressRule(rule: Told["allowlist"]["rules"][number]): EgressRule {
  const { id, direction, protocol, ports, peer, networks, carried_by, expires_at } = rule;
  return {
    ...{ id, direction, protocol, ports, carriedBy: carried_by },
    peer: peer.kind === "fqdn" ? { name: peer.value } : { networks },
    expiresAt: expires_at === null ? null : new Date(expires_at),
  };
}

function parentOf({ url, authorization }: NonNullable<Told["parent_proxy"]>): ParentProxy {
  const { protocol, hostname, port, username, password } = new URL(url);
  const isTls = protocol === "https:";
  const pair = `${decodeURIComponent(username)}:${decodeURIComponent(password)}`;
  return {
    host: hostname.replace(/^\[|\]$/g, ""),
    port: port === "" ? (isTls ? 443 : 80) : Number(port),
    isTls,
    authorization: authorization ?? (username ? `Basic ${Buffer.from(pair).toString("base64")}` : null),
  };
}
