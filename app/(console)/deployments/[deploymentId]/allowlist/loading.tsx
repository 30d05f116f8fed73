import { Skeleton, TableSkeleton } from "#components/ui/skeleton.tsx";

export default function Loading() {
  return (
    <div className="grid gap-5">
      <Skeleton className="h-8 w-96 max-w-full" />
      <Skeleton className="h-56 w-full" />
      <TableSkeleton rows={8} columns={7} />
    </div>
  );
}
