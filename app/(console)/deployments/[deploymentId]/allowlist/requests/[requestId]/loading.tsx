import { Skeleton } from "#components/ui/skeleton.tsx";

export default function Loading() {
  return (
    <div className="grid gap-4">
      <Skeleton className="h-14 w-96 max-w-full" />
      <Skeleton className="h-28 w-full" />
      <Skeleton className="h-48 w-full" />
    </div>
  );
}
