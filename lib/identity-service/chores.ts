import { startInviting } from "./directories/provisioning/invite.ts";
import { startSyncing } from "./ldap/sync/loop.ts";
import { startSending } from "./messages/deliver.ts";
import { startProving } from "./organizations/domain-proof.ts";
import type { Service } from "./service.ts";
import { startSweeping } from "./sweeper.ts";
import { startDelivering } from "./webhooks/deliver.ts";

export type StopChores = () => Promise<void>;

/** What is done in the background, for as long as the service runs. */
export async function startChores(
  service: Service,
  failed: (what: string) => (error: unknown) => void,
): Promise<StopChores> {
  const { db, env } = service;
  // Only where there is one: a program without a relay starts without its library.
  const relay = env.mail ? (await import("./messages/relay.ts")).openRelay(env.mail) : null;
  const stops = [
    startSweeping(db, failed("sweeping failed")),
    startProving(db, failed("domains could not be looked up")),
    startDelivering(service, failed("webhooks could not be delivered")),
    ...(relay ? [startSending(service, relay, failed("messages could not be sent"))] : []),
    startInviting(service, failed("somebody could not be invited")),
    startSyncing(service, failed("a directory could not be read")),
  ];
  return async () => {
    await Promise.all(stops.map((stop) => stop()));
  };
}
