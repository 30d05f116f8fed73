import { TableSkeleton } from "#components/ui/skeleton.tsx";

export default function Loading() {
  return <TableSkeleton rows={12} columns={3} />;
}
