import type { Metadata } from "next";
import { redirect } from "next/navigation";
import { AuthHead } from "#components/auth/auth-head.tsx";
import { EnrolForm, FinishEnrolmentForm } from "#components/auth/enrol-form.tsx";
import { EnrolmentSecret } from "#components/auth/enrolment.tsx";
import { readAttemptCookie } from "#lib/auth/cookies.ts";
import { NextPath } from "#lib/auth/schema.ts";
import { findSignIn } from "#lib/auth/sign-in.ts";
import { systemClock } from "#lib/shared/clock.ts";

export const metadata: Metadata = { title: "Set up a second factor" };

export default async function EnrolPage({ searchParams }: PageProps<"/sign-in/enrol">) {
  const next = NextPath.parse((await searchParams).next ?? "/");
  const signIn = await findSignIn(await readAttemptCookie(), systemClock());
  if (signIn?.step === "recovery_codes") {
    return (
      <>
        <AuthHead title="The second factor is set up">
          If you did not keep the recovery codes, make new ones on your account page.
        </AuthHead>
        <FinishEnrolmentForm next={next} />
      </>
    );
  }
  if (!signIn?.enrolment) redirect("/sign-in");
  return (
    <>
      <AuthHead title="Set up a second factor">
        This console asks a second factor of everybody. You are signing in as {signIn.email}.
      </AuthHead>
      <EnrolForm next={next}>
        <EnrolmentSecret {...signIn.enrolment} />
      </EnrolForm>
    </>
  );
}
