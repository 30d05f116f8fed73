/** What an application's link to the portal asks for; the wire's own words. */
export const TICKET_INTENTS = [
  "sso",
  "dsync",
  "audit_logs",
  "log_streams",
  "domain_verification",
  "certificate_renewal",
  "bring_your_own_key",
] as const;
export type TicketIntent = (typeof TICKET_INTENTS)[number];

export interface Ticket {
  organizationId: string;
  organizationName: string;
  /** Null: for whatever there is to set up. */
  intent: TicketIntent | null;
  returnUrl: string | null;
  successUrl: string | null;
  expiresAt: Date;
}

export type ReadTicket = { state: "valid"; ticket: Ticket } | { state: "expired" | "not_genuine" };

/** Reads the tickets with which an application sends a customer's people to this console's portal. Uses nothing up. */
export interface TicketReader {
  read(token: string): Promise<ReadTicket>;
}
