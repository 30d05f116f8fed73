import { notFound } from "next/navigation";
import { requireActor } from "#lib/auth/session.ts";

/** Any path that no page has: the not-found page in the frame, for those signed in; the sign-in page for others. */
export default async function UnknownPage() {
  await requireActor();
  notFound();
}
