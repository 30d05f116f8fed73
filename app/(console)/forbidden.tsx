import { Lock } from "lucide-react";
import { LinkButton } from "#components/ui/button.tsx";
import { EmptyState } from "#components/ui/empty-state.tsx";

export default function Forbidden() {
  return (
    <>
      <title>Not included · Sallyport</title>
      <EmptyState
        page
        icon={<Lock />}
        title="Your role does not include this page."
        action={<LinkButton href="/">Go to the overview</LinkButton>}
      >
        Ask an owner or admin of this console if your work needs it.
      </EmptyState>
    </>
  );
}
