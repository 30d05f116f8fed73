import "./globals.css";
import { GeistMono } from "geist/font/mono";
import { GeistSans } from "geist/font/sans";
import type { Metadata, Viewport } from "next";
import { headers } from "next/headers";
import type { ReactNode } from "react";
import { EarlyPress } from "#components/shell/early-press.tsx";
import { readTheme } from "#components/shell/theme-cookie.ts";
import { Toaster } from "#components/ui/toaster.tsx";
import { readLocale } from "#lib/portal/language.ts";
import { translatorFor } from "#lib/portal/texts.ts";

export const metadata: Metadata = {
  title: { default: "Sallyport", template: "%s · Sallyport" },
  description: "The guarded double door for software that runs inside customers' own networks.",
  applicationName: "Sallyport",
  robots: { index: false, follow: false },
  manifest: "/manifest.webmanifest",
  icons: { icon: [{ url: "/icon.svg", type: "image/svg+xml" }], apple: "/apple-touch-icon.png" },
};

export const viewport: Viewport = {
  themeColor: [
    { media: "(prefers-color-scheme: light)", color: "#f9fafb" },
    { media: "(prefers-color-scheme: dark)", color: "#0c0e11" },
  ],
};

/** The document. The theme comes with the first byte, from a cookie, so that no page flashes in the wrong one. */
export default async function RootLayout({ children }: { children: ReactNode }) {
  const theme = await readTheme();
  // Only the portal speaks other languages.
  const portal = (await headers()).get("x-sallyport-path")?.startsWith("/portal") ?? false;
  const locale = portal ? await readLocale() : "en";
  const t = translatorFor(locale, "shell");
  return (
    <html lang={locale} data-theme={theme} className={`${GeistSans.variable} ${GeistMono.variable}`}>
      <body>
        <EarlyPress />
        {children}
        <Toaster words={{ notifications: t("controls.notifications"), dismiss: t("controls.dismiss") }} />
      </body>
    </html>
  );
}
