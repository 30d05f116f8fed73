"use client";

import { Languages } from "lucide-react";
import { useRef } from "react";
import { Select } from "#components/ui/select.tsx";
import { chooseLanguageAction } from "#lib/portal/actions.ts";
import { LOCALES, type Locale } from "#lib/portal/texts/locales.ts";
import { useTexts } from "./texts.tsx";

/** Each language is named in itself: whoever cannot read the page still finds their own. */
export function LanguageSwitch({ locale }: { locale: Locale }) {
  const t = useTexts("shell");
  const form = useRef<HTMLFormElement>(null);
  return (
    <form ref={form} action={chooseLanguageAction} className="flex items-center gap-1.5">
      <Languages aria-hidden className="size-4 shrink-0 text-muted max-sm:hidden" />
      <Select
        key={locale}
        name="language"
        aria-label={t("language.label")}
        defaultValue={locale}
        onChange={() => form.current?.requestSubmit()}
        options={LOCALES.map((value) => ({ value, label: t(`language.${value}`) }))}
      />
      <noscript>
        <button type="submit" className="text-sm underline">
          {t("language.change")}
        </button>
      </noscript>
    </form>
  );
}
