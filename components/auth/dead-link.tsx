import { LinkButton } from "#components/ui/button.tsx";
import { AuthHead } from "./auth-head.tsx";

/** For a link that was used, taken back, is too old, or never was: the page does not say which. */
export function DeadLink({ advice }: { advice: string }) {
  return (
    <>
      <AuthHead title="This link does not work">
        It was used already, was taken back, or is too old. {advice}
      </AuthHead>
      <LinkButton href="/sign-in" className="w-full">
        Go to sign in
      </LinkButton>
    </>
  );
}
