import { Skeleton } from "#components/ui/skeleton.tsx";

/** The shape of a page of cards that is being read. */
export function CardsSkeleton({ label }: { label: string }) {
  return (
    <div role="status" className="grid gap-4">
      <span className="sr-only">{label}</span>
      <Skeleton className="h-8 w-48" />
      {["h-60", "h-40", "h-40"].map((height, index) => (
        <div key={`${height}-${index}`} className="rounded-lg border border-line bg-surface p-4">
          <Skeleton className="h-4 w-32" />
          <div className={height === "h-60" ? "h-48" : "h-24"} />
        </div>
      ))}
    </div>
  );
}
