import type { RuleProtocol } from "#lib/platform/prisma/enums.ts";

/** The traffic whose peers a list holds; null: whatever the service. */
export interface Service {
  protocol: RuleProtocol;
  portFrom: number | null;
  portTo: number | null;
}

/** A service in a form and in a URL: `tcp:443-443`, `icmp`, `any`. */
export function serviceKey(service: Service | null): string {
  if (service === null) return "any";
  const { protocol, portFrom, portTo } = service;
  return portFrom === null ? protocol : `${protocol}:${portFrom}-${portTo}`;
}
