"use server";

import { requireActor } from "#lib/auth/session.ts";
import { search } from "./queries.ts";
import { type SearchHit, SearchText } from "./schema.ts";

/** What the palette finds while somebody types. Text too short or too long finds nothing. */
export async function searchAction(text: string): Promise<SearchHit[]> {
  const actor = await requireActor();
  const parsed = SearchText.safeParse(text);
  return parsed.success ? search(actor, parsed.data) : [];
}
