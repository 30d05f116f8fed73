import type { Metadata } from "next";
import { GuideList } from "#components/guides/guide-list.tsx";
import { LanguageLinks } from "#components/guides/language-links.tsx";
import { PageHead } from "#components/ui/page-head.tsx";
import { requireActor } from "#lib/auth/session.ts";
import { listGuides } from "#lib/guides/library.ts";
import { textsIn } from "#lib/portal/texts.ts";
import { languageIn } from "./language.ts";

export const metadata: Metadata = { title: "Guides" };

/** Every guide that customer IT may be led by, for whoever helps them on the telephone. */
export default async function GuidesPage({ searchParams }: PageProps<"/guides">) {
  await requireActor();
  const language = languageIn(await searchParams);
  return (
    <div className="grid gap-5">
      <PageHead title="Guides" actions={<LanguageLinks at="/guides" language={language} />}>
        How each provider is set up, as customer IT reads it in the portal. To read along, or to print and
        send.
      </PageHead>
      <div lang={language} className="max-w-4xl">
        <GuideList guides={await listGuides(language)} texts={textsIn(language, "guides")} />
      </div>
    </div>
  );
}
