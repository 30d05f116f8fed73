import { z } from "zod";
import type { ListQuery, ListSpec } from "#lib/platform/list.ts";

export const CustomerId = z.string().startsWith("cus_");

const CustomerFacts = z.strictObject({
  name: z.string().trim().min(2, "Say the customer's name.").max(120, "Keep the name under 120 characters."),
  contactEmail: z
    .union([z.literal(""), z.email("This is not an e-mail address.").max(254)])
    .default("")
    .transform((email) => (email === "" ? null : email.toLowerCase())),
  notes: z.string().trim().max(4000, "Keep the notes under 4,000 characters.").default(""),
});

export const CreateCustomerInput = CustomerFacts;
export type CreateCustomerInput = z.output<typeof CreateCustomerInput>;

export const ChangeCustomerInput = z.strictObject({ customerId: CustomerId, ...CustomerFacts.shape });
export type ChangeCustomerInput = z.output<typeof ChangeCustomerInput>;

export const CustomerRef = z.strictObject({ customerId: CustomerId });
export type CustomerRef = z.output<typeof CustomerRef>;

export const CustomerSearch = z.string().trim().min(1).max(100);

type CustomerSort = "name" | "deployments" | "environments" | "activity" | "created";
type CustomerFilter = "mode" | "regime" | "state";

/** What the URL of the customers' list may say. */
export const CUSTOMER_LIST: ListSpec<CustomerSort, CustomerFilter> = {
  sorts: ["name", "deployments", "environments", "activity", "created"],
  filters: ["mode", "regime", "state"],
};
export type CustomerListQuery = ListQuery<CustomerSort, CustomerFilter>;
