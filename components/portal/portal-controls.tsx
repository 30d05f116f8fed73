"use client";

import type { ReactNode } from "react";
import { ControlWords } from "#components/ui/control-words.ts";
import { useTexts } from "./texts.tsx";

/** Has the console's own controls speak the language of the portal. */
export function PortalControls({ children }: { children: ReactNode }) {
  const t = useTexts("shell");
  return (
    <ControlWords value={{ optional: t("controls.optional"), close: t("controls.close") }}>
      {children}
    </ControlWords>
  );
}
