import type { Metadata, Route } from "next";
import { redirect } from "next/navigation";
import { AuthHead } from "#components/auth/auth-head.tsx";
import { SignInForm } from "#components/auth/sign-in-form.tsx";
import { NextPath } from "#lib/auth/schema.ts";
import { currentActor } from "#lib/auth/session.ts";

export const metadata: Metadata = { title: "Sign in" };

export default async function SignInPage({ searchParams }: PageProps<"/sign-in">) {
  const next = NextPath.parse((await searchParams).next ?? "/");
  if (await currentActor()) redirect(next as Route);
  return (
    <>
      <AuthHead title="Sign in" />
      <SignInForm next={next} />
      <p className="text-muted text-xs">
        Lost your password or your phone? An owner or admin of this console can give you a link to sign in
        anew.
      </p>
    </>
  );
}
