import type { Metadata } from "next";
import type { ReactNode } from "react";
import { LanguageSwitch } from "#components/portal/language-switch.tsx";
import { PortalControls } from "#components/portal/portal-controls.tsx";
import { Progress } from "#components/portal/progress.tsx";
import { SetupFacts } from "#components/portal/setup-facts.tsx";
import { Texts } from "#components/portal/texts.tsx";
import { ThemeSwitch } from "#components/portal/theme-switch.tsx";
import { Logo } from "#components/shell/logo.tsx";
import { readTheme } from "#components/shell/theme-cookie.ts";
import { readLocale } from "#lib/portal/language.ts";
import { currentSetup } from "#lib/portal/setup.ts";
import { partsFor } from "#lib/portal/steps.ts";
import { portalTexts, textsFor } from "#lib/portal/texts.ts";
import { readVendor } from "#lib/portal/vendor.ts";

export async function generateMetadata(): Promise<Metadata> {
  const [t, { name }] = [await portalTexts("shell"), await readVendor()];
  const title = t("title");
  return { title: { default: `${title} · ${name}`, template: `%s · ${name}` }, referrer: "no-referrer" };
}

/** The portal: the vendor's name above, how far one has come at the left, and one column for what is at hand. */
export default async function PortalLayout({ children }: { children: ReactNode }) {
  const [t, vendor, found] = [await portalTexts("shell"), await readVendor(), await currentSetup()];
  const open = found.state === "open" ? found.link : null;
  return (
    <Texts {...(await textsFor("shell"))}>
      <a
        href="#content"
        className="sr-only focus:not-sr-only focus:absolute focus:top-2 focus:left-2 focus:rounded-md focus:bg-surface focus:px-3 focus:py-1.5 focus:text-sm"
      >
        {t("skip")}
      </a>
      <header className="border-line border-b bg-surface print:border-0">
        <div className="mx-auto flex min-h-12 w-full max-w-5xl flex-wrap items-center justify-between gap-x-4 gap-y-1 px-4 py-1.5">
          <span className="flex min-w-0 items-center gap-2 font-semibold">
            <Logo className="size-5 shrink-0" />
            <span className="truncate">{vendor.name}</span>
          </span>
          <div className="flex items-center gap-1 print:hidden">
            <LanguageSwitch locale={await readLocale()} />
            <ThemeSwitch theme={await readTheme()} />
          </div>
        </div>
      </header>
      <div className="mx-auto grid w-full max-w-5xl gap-x-10 gap-y-6 px-4 py-6 md:grid-cols-[13rem_minmax(0,1fr)] md:py-10 print:block print:p-0">
        {open && (
          <aside className="grid content-start gap-6 print:hidden">
            <Progress
              parts={partsFor(open.purposes)}
              done={Object.keys(open.progress as Record<string, string>)}
            />
            <SetupFacts link={open} className="max-md:hidden" />
          </aside>
        )}
        <main
          id="content"
          tabIndex={-1}
          className={
            open
              ? "grid min-w-0 content-start gap-6 outline-none"
              : "mx-auto grid w-full max-w-md content-start gap-6 outline-none md:col-span-2"
          }
        >
          <PortalControls>{children}</PortalControls>
        </main>
      </div>
    </Texts>
  );
}
