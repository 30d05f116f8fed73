import type { ReactNode } from "react";
import { Logo } from "#components/shell/logo.tsx";

/** Pages for who is not signed in: one column, and nothing beside the question. */
export default function AuthLayout({ children }: { children: ReactNode }) {
  return (
    <main className="mx-auto grid min-h-dvh w-full max-w-sm content-center gap-6 px-4 py-12">
      <div className="flex items-center gap-2 font-semibold">
        <Logo className="size-6" />
        Sallyport
      </div>
      {children}
    </main>
  );
}
