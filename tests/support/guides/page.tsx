import { createRoot } from "react-dom/client";
import { renderToStaticMarkup } from "react-dom/server";
import { GuideChooser } from "#components/portal/guides/guide-chooser.tsx";
import { GuidePage } from "#components/portal/guides/guide-page.tsx";
import { Texts } from "#components/portal/texts.tsx";
import type { Guide, GuideRow, Language } from "#lib/guides/schema.ts";
import type { GuideValues } from "#lib/guides/shape.ts";
import { TEXTS } from "#lib/portal/texts/index.ts";

// What tests render, bundled by ./bundle.ts: once for Node, once for the browser.

interface Shown {
  language: Language;
  guide?: Guide;
  guides?: GuideRow[];
  airGapped?: boolean;
  values: GuideValues;
}

function Page({ language, guide, guides, airGapped = false, values }: Shown) {
  return (
    <Texts locale={language} messages={{ guides: TEXTS[language].guides }}>
      <main className="mx-auto grid max-w-3xl gap-6 px-4 py-8">
        <h1 className="font-semibold text-xl">{guide?.name ?? "Sallyport"}</h1>
        {guide && <GuidePage guide={guide} values={values} airGapped={airGapped} />}
        {guides && <GuideChooser guides={guides} airGapped={airGapped} hrefOf={({ id }) => `#${id}`} />}
      </main>
    </Texts>
  );
}

export function html(shown: Shown): string {
  return renderToStaticMarkup(<Page {...shown} />);
}

export function mount(element: Element, shown: Shown): void {
  createRoot(element).render(<Page {...shown} />);
}
