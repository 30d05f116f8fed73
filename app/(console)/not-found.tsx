import { SearchX } from "lucide-react";
import { LinkButton } from "#components/ui/button.tsx";
import { EmptyState } from "#components/ui/empty-state.tsx";

export default function NotFound() {
  return (
    <>
      <title>No such page · Sallyport</title>
      <EmptyState
        page
        icon={<SearchX />}
        title="There is no such page."
        action={<LinkButton href="/">Go to the overview</LinkButton>}
      >
        It does not exist, was removed, or belongs to a customer you have not been given.
      </EmptyState>
    </>
  );
}
