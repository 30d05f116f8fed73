import { LinkButton } from "#components/ui/button.tsx";
import { Callout } from "#components/ui/callout.tsx";

/** That somebody waits for the reader's word, and where. */
export function WaitingRequests({ count }: { count: number }) {
  if (count === 0) return null;
  return (
    <Callout
      tone="caution"
      title={
        count === 1 ? "A change request waits for your word." : `${count} change requests wait for your word.`
      }
      action={
        <LinkButton size="sm" href="/allowlists/requests?mine=waiting">
          Look at {count === 1 ? "it" : "them"}
        </LinkButton>
      }
    >
      Nothing opens or closes until you have decided. No mail is sent about them: they stand here.
    </Callout>
  );
}
