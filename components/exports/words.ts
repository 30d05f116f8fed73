import type { Service } from "#lib/exports/shape.ts";
import { portsText } from "#lib/shared/ports.ts";

/** "TCP 443", "every service". */
export function serviceWords(service: Service | null): string {
  if (service === null) return "every service";
  const { protocol, portFrom, portTo } = service;
  const ports = portFrom === null || portTo === null ? "" : ` ${portsText({ from: portFrom, to: portTo })}`;
  return `${protocol.toUpperCase()}${ports}`;
}
