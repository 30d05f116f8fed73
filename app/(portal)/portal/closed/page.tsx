import { redirect } from "next/navigation";
import { ClosedNotice } from "#components/portal/closed-notice.tsx";
import { DrawAnew } from "#components/portal/draw-anew.tsx";
import { currentSetup } from "#lib/portal/setup.ts";

/** Where whoever has no set-up open is led: says exactly why not. The reason comes from the link itself, not from the URL. */
export default async function ClosedPage({ searchParams }: PageProps<"/portal/closed">) {
  const found = await currentSetup();
  if (found.state === "closed")
    return (
      <>
        <ClosedNotice why={found.why} link={found.link} />
        {found.link && <DrawAnew />}
      </>
    );
  if ((await searchParams).why === "purpose") return <ClosedNotice why="purpose" link={found.link} />;
  redirect("/portal");
}
