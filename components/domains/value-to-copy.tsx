import { CopyButton } from "#components/ui/copy.tsx";

interface ValueToCopyProps {
  label: string;
  value: string;
  /** What the button says, where the page is not in English. */
  words?: { copy: string; copied: string };
}

/** A value that somebody enters elsewhere, whole, with its button always in sight. */
export function ValueToCopy({ label, value, words }: ValueToCopyProps) {
  return (
    <div className="grid gap-1">
      <span className="text-muted text-xs">{label}</span>
      <span className="flex items-center gap-2 rounded-md border border-line-strong bg-sunken py-1 pr-1 pl-2.5">
        <code className="min-w-0 flex-1 select-all text-xs [overflow-wrap:anywhere]">{value}</code>
        <CopyButton value={value} label={label.toLowerCase()} {...(words ? { words } : {})} />
      </span>
    </div>
  );
}
