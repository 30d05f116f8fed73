import { z } from "zod";
import type { Manage } from "./management.ts";
import { TICKET_INTENTS, type TicketReader } from "./ticket-port.ts";

const WebAddress = z.url({ protocol: /^https?$/ }).nullable();

const Answer = z.union([
  z.object({ state: z.enum(["expired", "not_genuine"]) }),
  z
    .object({
      state: z.literal("valid"),
      organization: z.object({ id: z.string(), name: z.string() }),
      intent: z.enum(TICKET_INTENTS).nullable(),
      return_url: WebAddress,
      success_url: WebAddress,
      expires_at: z.iso.datetime({ offset: true }),
    })
    .transform(({ state, organization, intent, ...rest }) => ({
      state,
      ticket: {
        organizationId: organization.id,
        organizationName: organization.name,
        intent,
        returnUrl: rest.return_url,
        successUrl: rest.success_url,
        expiresAt: new Date(rest.expires_at),
      },
    })),
]);

export function ticketReader(manage: Manage, home: string): TicketReader {
  return {
    read: (token) =>
      manage({ method: "POST", path: `${home}/portal_tickets/read`, body: { token }, answer: Answer }),
  };
}
