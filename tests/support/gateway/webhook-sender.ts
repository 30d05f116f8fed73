import { request } from "node:http";
import { setTimeout as sleep } from "node:timers/promises";
import { signatureHeader } from "#lib/shared/gateway/webhook-signature.ts";
import { SECRET, WEBHOOK_PATH } from "./intake.ts";

/** Brings one event. The status it is answered with; null where nothing, or only half of it, is heard. */
export function bring(port: number, body: string, now = new Date()): Promise<number | null> {
  return new Promise((resolve) => {
    const headers = {
      "content-length": Buffer.byteLength(body),
      "workos-signature": signatureHeader(SECRET, body, now),
    };
    const asked = request(
      { host: "127.0.0.1", port, path: WEBHOOK_PATH, method: "POST", agent: false, headers, timeout: 20_000 },
      (answer) => {
        answer
          .on("error", () => resolve(null))
          .resume()
          .once("end", () => resolve(answer.statusCode ?? null));
      },
    );
    asked.once("timeout", () => asked.destroy());
    asked.once("error", () => resolve(null));
    asked.end(body);
  });
}

/** Brings one event to one of several places until it is taken, signed anew each time, as whoever sends webhooks does. */
export async function bringUntilTaken(
  ports: readonly number[],
  body: string,
  clock = () => new Date(),
): Promise<void> {
  for (let attempt = 0; ; attempt += 1) {
    const status = await bring(ports[attempt % ports.length] ?? 0, body, clock());
    if (status === 200) return;
    // Too many at once, or nobody there to keep it: later, as whoever sends webhooks does.
    if (status !== null && status !== 503 && status !== 429)
      throw new Error(`A webhook was refused with ${status}.`);
    await sleep(20);
  }
}
