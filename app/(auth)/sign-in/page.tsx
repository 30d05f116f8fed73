import type { Metadata, Route } from "next";
import { redirect } from "next/navigation";
import { AuthHead } from "#components/auth/auth-head.tsx";
import { SignInForm } from "#components/auth/sign-in-form.tsx";
import { SsoLinks, SsoProblemNote } from "#components/sso/sso-links.tsx";
import { NextPath } from "#lib/auth/schema.ts";
import { currentActor } from "#lib/auth/session.ts";
import { listOfferedProviders } from "#lib/auth/sso/queries.ts";
import { SsoProblem } from "#lib/auth/sso/schema.ts";

export const metadata: Metadata = { title: "Sign in" };

export default async function SignInPage({ searchParams }: PageProps<"/sign-in">) {
  const { next: wanted, sso } = await searchParams;
  const next = NextPath.parse(wanted ?? "/");
  if (await currentActor()) redirect(next as Route);
  const problem = SsoProblem.safeParse(sso).data;
  return (
    <>
      <AuthHead title="Sign in" />
      {problem && <SsoProblemNote problem={problem} />}
      <SignInForm next={next} />
      <SsoLinks providers={await listOfferedProviders()} next={next} />
      <p className="text-muted text-xs">
        Lost your password or your phone? An owner or admin of this console can give you a link to sign in
        anew.
      </p>
    </>
  );
}
