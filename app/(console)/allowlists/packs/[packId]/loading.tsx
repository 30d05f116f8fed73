import { Skeleton } from "#components/ui/skeleton.tsx";

export default function Loading() {
  return (
    <div role="status" className="grid gap-5">
      <span className="sr-only">Reading the rule packs</span>
      <Skeleton className="h-5 w-96 max-w-full" />
      <Skeleton className="h-72 rounded-lg" />
      <Skeleton className="h-56 rounded-lg" />
    </div>
  );
}
