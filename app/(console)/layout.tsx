import { cookies } from "next/headers";
import type { ReactNode } from "react";
import { Frame } from "#components/shell/frame.tsx";
import { RAIL_COOKIE } from "#components/shell/theme.ts";
import { readTheme } from "#components/shell/theme-cookie.ts";
import { signOutAction } from "#lib/auth/actions.ts";
import { requireActor } from "#lib/auth/session.ts";
import { ROLE_WORDS } from "#lib/people/words.ts";
import { env } from "#lib/platform/env.ts";
import { searchAction } from "#lib/search/actions.ts";
import { beginningsFor, placesFor } from "./navigation.ts";

/** Every page of the console stands in this frame, and nobody reaches it without a session. */
export default async function ConsoleLayout({ children }: { children: ReactNode }) {
  const actor = await requireActor();
  const rail = (await cookies()).get(RAIL_COOKIE)?.value === "narrow" ? "narrow" : "wide";
  return (
    <Frame
      items={placesFor(actor)}
      actions={beginningsFor(actor)}
      person={{ name: actor.name, role: ROLE_WORDS[actor.role].name }}
      theme={await readTheme()}
      rail={rail}
      demo={env().demo}
      search={searchAction}
      signOut={signOutAction}
    >
      {children}
    </Frame>
  );
}
