import { buttonClass } from "#components/ui/button.tsx";
import { Callout } from "#components/ui/callout.tsx";
import { cx } from "#components/ui/cx.ts";
import type { SsoProblem } from "#lib/auth/sso/schema.ts";

const SENTENCES: Record<SsoProblem, string> = {
  refused: "Signing in this way did not work. Try again, or ask an owner or admin of this console.",
  unavailable: "The provider did not answer. Try again later, or sign in another way.",
  wait: "Too many attempts. Wait a few minutes, then try again.",
};

interface SsoLinksProps {
  providers: { id: string; name: string }[];
  next?: string;
  /** The token of an invitation to accept this way. */
  invitation?: string;
  verb?: "Continue" | "Join";
}

/** Plain links rather than Next.js's: those fetch ahead, and each of these begins a sign-in. */
export function SsoLinks({ providers, next = "/", invitation, verb = "Continue" }: SsoLinksProps) {
  if (providers.length === 0) return null;
  const query = queryOf({ next: next === "/" ? undefined : next, invitation });
  return (
    <div className="grid gap-2 border-line border-t pt-4">
      {providers.map(({ id, name }) => (
        <a
          key={id}
          href={`/api/sso/start/${id}${query}`}
          className={cx(buttonClass({ variant: "secondary" }, true), "w-full")}
        >
          <span className="truncate">
            {verb} with {name}
          </span>
        </a>
      ))}
    </div>
  );
}

function queryOf(values: Record<string, string | undefined>): string {
  const given = Object.entries(values).flatMap(([name, value]) => (value ? [[name, value]] : []));
  return given.length === 0 ? "" : `?${new URLSearchParams(given)}`;
}

/** Why somebody is back here: one sentence that is the same for whoever tried. */
export function SsoProblemNote({ problem }: { problem: SsoProblem }) {
  return (
    <div role="alert">
      <Callout tone="negative">{SENTENCES[problem]}</Callout>
    </div>
  );
}
