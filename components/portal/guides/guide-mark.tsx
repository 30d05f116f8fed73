/** A product's initials, in place of a logo that is not ours to show. */
export function GuideMark({ initials }: { initials: string }) {
  return (
    <span
      aria-hidden
      className="grid size-8 shrink-0 place-content-center rounded-md border border-line-strong bg-sunken font-semibold text-muted text-xs"
    >
      {initials}
    </span>
  );
}
