import { CardsSkeleton } from "#components/environments/cards-skeleton.tsx";

export default function Loading() {
  return <CardsSkeleton label="Reading the gateway" />;
}
