import { CircleCheck, CircleDashed, CircleMinus, CircleUser } from "lucide-react";
import { Badge } from "#components/ui/badge.tsx";
import { cx } from "#components/ui/cx.ts";
import type { CapabilityRow, Standing } from "#lib/deployments/capabilities.ts";

const STANDINGS: Record<Standing, { Icon: typeof CircleCheck; look: string; word: string }> = {
  works: { Icon: CircleCheck, look: "text-positive", word: "Works" },
  site: { Icon: CircleUser, look: "text-muted", word: "By WorkOS or the site" },
  closed: { Icon: CircleMinus, look: "text-muted", word: "Closed" },
  planned: { Icon: CircleDashed, look: "text-faint", word: "Not available yet" },
};

/** What each capability does at a site of one mode, and the rule packs it hangs on. */
export function CapabilityTable({ rows, className }: { rows: readonly CapabilityRow[]; className?: string }) {
  return (
    <ul className={className}>
      {rows.map(({ id, name, how, sentence, standing, packs }) => {
        const { Icon, look, word } = STANDINGS[standing];
        return (
          <li
            key={id}
            className="grid gap-x-6 gap-y-0.5 border-line border-b px-4 py-2 last:border-0 md:grid-cols-[18rem_minmax(0,1fr)_auto]"
          >
            <p className="flex items-start gap-2">
              <Icon aria-label={word} className={cx("mt-0.5 size-4 shrink-0", look)} />
              <span>
                <span className="font-medium">{name}:</span> {how}
              </span>
            </p>
            <p className="text-muted max-md:pl-6">{sentence}</p>
            <p className="flex flex-wrap items-start gap-1 max-md:pl-6 md:justify-end">
              {packs.map((pack) => (
                <Badge key={pack} tone="outline">
                  {pack}
                </Badge>
              ))}
            </p>
          </li>
        );
      })}
    </ul>
  );
}
