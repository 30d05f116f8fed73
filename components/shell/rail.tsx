import { PanelLeft } from "lucide-react";
import Link from "next/link";
import { Logo } from "./logo.tsx";
import { RailLinks, type RailLinksProps } from "./rail-links.tsx";
import { RailToggle } from "./rail-toggle.tsx";

/** The rail at the left, from tablet width up; on phones the top bar has it as a sheet. */
export function Rail({ items, icons }: Pick<RailLinksProps, "items" | "icons">) {
  return (
    <nav
      aria-label="Main"
      className="sticky top-0 hidden h-dvh w-52 flex-col gap-3 border-line border-r px-2 pb-2 transition-[width] duration-150 group-data-[rail=narrow]/frame:w-12.5 md:flex print:hidden"
    >
      <Link
        href="/"
        aria-label="Sallyport, overview"
        className="flex h-12 items-center gap-2 rounded-md px-1.5 font-semibold text-base -outline-offset-2"
      >
        <Logo className="size-5 shrink-0" />
        <span className="group-data-[rail=narrow]/frame:sr-only">Sallyport</span>
      </Link>
      <div className="flex-1 overflow-y-auto">
        <RailLinks items={items} icons={icons} />
      </div>
      <RailToggle icon={<PanelLeft aria-hidden className="size-4 shrink-0" strokeWidth={1.75} />} />
    </nav>
  );
}
