"use client";

import { useState } from "react";
import { isTheme, lookCookie, THEME_COOKIE, THEMES, type Theme } from "#components/shell/theme.ts";
import { Select } from "#components/ui/select.tsx";
import { useTexts } from "./texts.tsx";

/** How the portal looks in this browser. */
export function ThemeSwitch({ theme }: { theme: Theme }) {
  const t = useTexts("shell");
  const [chosen, setChosen] = useState(theme);
  const choose = (next: string) => {
    if (!isTheme(next)) return;
    setChosen(next);
    document.documentElement.dataset.theme = next;
    // biome-ignore lint/suspicious/noDocumentCookie: the Cookie Store API is not in every browser we support
    document.cookie = lookCookie(THEME_COOKIE, next);
  };
  return (
    <Select
      aria-label={t("theme.label")}
      value={chosen}
      onChange={(event) => choose(event.currentTarget.value)}
      options={THEMES.map((value) => ({ value, label: t(`theme.${value}`) }))}
    />
  );
}
