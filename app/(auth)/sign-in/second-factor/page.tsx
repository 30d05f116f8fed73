import type { Metadata } from "next";
import { redirect } from "next/navigation";
import { AuthHead } from "#components/auth/auth-head.tsx";
import { SecondFactorForm } from "#components/auth/second-factor-form.tsx";
import { readAttemptCookie } from "#lib/auth/cookies.ts";
import { NextPath } from "#lib/auth/schema.ts";
import { findSignIn } from "#lib/auth/sign-in.ts";
import { systemClock } from "#lib/shared/clock.ts";

export const metadata: Metadata = { title: "Second factor" };

export default async function SecondFactorPage({ searchParams }: PageProps<"/sign-in/second-factor">) {
  const next = NextPath.parse((await searchParams).next ?? "/");
  const signIn = await findSignIn(await readAttemptCookie(), systemClock());
  if (signIn?.step !== "second_factor") redirect("/sign-in");
  return (
    <>
      <AuthHead title="One more step">You are signing in as {signIn.email}.</AuthHead>
      <SecondFactorForm next={next} />
    </>
  );
}
