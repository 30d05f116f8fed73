import { z } from "zod";
import { DomainName } from "#lib/domains/schema.ts";

export const PortalDomainInput = z.strictObject({ domain: DomainName });
export type PortalDomainInput = z.output<typeof PortalDomainInput>;
