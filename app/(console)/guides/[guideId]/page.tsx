import type { Metadata } from "next";
import { notFound } from "next/navigation";
import { LanguageLinks } from "#components/guides/language-links.tsx";
import { GuidePage } from "#components/portal/guides/guide-page.tsx";
import { Texts } from "#components/portal/texts.tsx";
import { Breadcrumb } from "#components/ui/breadcrumb.tsx";
import { PageHead } from "#components/ui/page-head.tsx";
import { requireActor } from "#lib/auth/session.ts";
import { getGuide } from "#lib/guides/library.ts";
import { textsIn, translatorFor } from "#lib/portal/texts.ts";
import { readVendor } from "#lib/portal/vendor.ts";
import { languageIn } from "../language.ts";

export async function generateMetadata({
  params,
  searchParams,
}: PageProps<"/guides/[guideId]">): Promise<Metadata> {
  const guide = await getGuide((await params).guideId, languageIn(await searchParams));
  return { title: guide?.name ?? "Guides" };
}

/** One guide without a connection: what would be a connection's own is named where it goes. */
export default async function OneGuidePage({ params, searchParams }: PageProps<"/guides/[guideId]">) {
  await requireActor();
  const { guideId } = await params;
  const language = languageIn(await searchParams);
  const guide = await getGuide(guideId, language);
  if (!guide) notFound();
  const at = `/guides/${guideId}`;
  const say = translatorFor(language, "guides");
  return (
    <div className="grid gap-5 print:block">
      <Breadcrumb
        items={[
          { href: "/guides", label: "Guides" },
          { href: at, label: guide.name },
        ]}
      />
      <PageHead title={guide.name} actions={<LanguageLinks at={at} language={language} />}>
        <span lang={language}>{say("without")}</span>
      </PageHead>
      <div lang={language} className="max-w-4xl print:max-w-none print:pt-4">
        <Texts {...textsIn(language, "guides")}>
          <GuidePage guide={guide} values={{ application: (await readVendor()).name }} />
        </Texts>
      </div>
    </div>
  );
}
