import { Skeleton } from "#components/ui/skeleton.tsx";

export default function Loading() {
  return (
    <div role="status" className="grid gap-5">
      <span className="sr-only">Reading the deployment</span>
      <Skeleton className="h-64 rounded-lg" />
      <Skeleton className="h-80 rounded-lg" />
    </div>
  );
}
