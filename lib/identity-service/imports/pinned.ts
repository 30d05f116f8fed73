import { z } from "zod";
import { createdAt, type Origin } from "../wire/ids.ts";

/** An id of one kind, as WorkOS makes them: `user_01E4ZCR3C56J083X43JQXF3JK5`. */
export function PinnedId(prefix: string) {
  // A ULID that begins with more than 7 is no time any more.
  return z
    .string()
    .regex(new RegExp(`^${prefix}_[0-7][0-9A-HJKMNP-TV-Z]{25}$`), `This is not ${prefix}_ and a ULID.`);
}

export const Moment = z.iso.datetime({ offset: true });

/** When something was made and changed last, where it comes from. */
export const Times = { created_at: Moment.optional(), updated_at: Moment.optional() };

export function originOf(record: {
  id: string;
  created_at?: string | undefined;
  updated_at?: string | undefined;
}): Origin {
  const made = record.created_at ? new Date(record.created_at) : createdAt(record.id);
  return {
    id: record.id,
    createdAt: made,
    updatedAt: record.updated_at ? new Date(record.updated_at) : made,
  };
}
