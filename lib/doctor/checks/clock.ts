import { MINUTE_MS, SECOND_MS } from "#lib/shared/clock.ts";
import type { CheckResult } from "../report.ts";
import { isShut } from "./connect.ts";
import { fetchUrl } from "./http.ts";
import { askNtp } from "./ntp.ts";
import { type Finding, resultOf, type Site, shut } from "./site.ts";

/** Somebody who tells the time. */
export interface Peer {
  name: string;
  by: "http" | "ntp";
  ask(): Promise<{ ok: true; offsetMs: number } | { ok: false; finding: Finding }>;
}

const NTP_PORT = 123;
/** The Date of an HTTP answer has whole seconds, and a busy server writes it late. */
const NOTICED_MS = 5 * SECOND_MS;
/** From here on, tokens and SAML responses are refused. */
const HARMFUL_MS = MINUTE_MS;

export function ntpPeer(site: Site, server: string): Peer {
  const [, host = server, port] = /^([^:]+):(\d+)$/.exec(server) ?? [];
  return {
    name: server,
    by: "ntp",
    async ask() {
      const expected = "an answer by NTP";
      const { addresses } = await site.resolve(host);
      const [address] = addresses;
      if (!address)
        return {
          ok: false,
          finding: {
            outcome: "skipped",
            code: "clock_no_address",
            expected,
            found: "its name does not resolve",
          },
        };
      const answer = await askNtp(address, Number(port ?? NTP_PORT), site.now, site.timeoutMs);
      if (answer.ok) return answer;
      const about = { code: "ntp_silent", expected, found: answer.words };
      if (!isShut(answer.code))
        return {
          ok: false,
          finding: { outcome: "warning", ...about, mend: "Use another time server.", ask: "time_team" },
        };
      const wanted = {
        protocol: "udp",
        port: Number(port ?? NTP_PORT),
        host,
        addresses,
        purpose: "Keep the clock right (NTP)",
      } as const;
      return { ok: false, finding: shut(site, wanted, about) };
    },
  };
}

export function httpPeer(site: Site, origin: string): Peer {
  return {
    name: new URL(origin).hostname,
    by: "http",
    async ask() {
      const fetching = await fetchUrl(site, new URL(origin), "HEAD");
      const skipped = (found: string) => ({
        ok: false as const,
        finding: {
          outcome: "skipped",
          code: "clock_untold",
          expected: "the Date of an answer",
          found,
        } satisfies Finding,
      });
      if (!fetching.ok) return skipped(fetching.words);
      const { headers, sentAt, tookMs } = fetching.fetched;
      const told = Date.parse(headers.get("date") ?? "");
      if (Number.isNaN(told)) return skipped("an answer without a Date");
      // Half a second, because the second it names has begun already.
      return { ok: true, offsetMs: told + SECOND_MS / 2 - (sentAt.getTime() + tookMs / 2) };
    },
  };
}

/** Asks every peer, and tells apart a machine whose clock is wrong from a peer whose clock is. */
export async function compareClocks(peers: readonly Peer[]): Promise<CheckResult[]> {
  const told = await Promise.all(
    peers.map(async (peer) => {
      const started = performance.now();
      const answer = await peer.ask();
      return { peer, answer, tookMs: performance.now() - started };
    }),
  );
  const offsets = told.flatMap(({ answer }) => (answer.ok ? [answer.offsetMs] : []));
  const middle = median(offsets);
  const lines = told.map(({ peer, answer, tookMs }) => {
    const check = {
      id: `clock:${peer.by}:${peer.name}`,
      group: "clock",
      title: `${peer.name} (${WAYS[peer.by]})`,
      run,
    } as const;
    return resultOf(
      check,
      answer.ok ? judgePeer(answer.offsetMs, middle ?? 0, offsets.length) : answer.finding,
      tookMs,
    );
  });
  const check = { id: "clock", group: "clock", title: "This machine's clock", run } as const;
  return [resultOf(check, judgeClock(middle, offsets), 0), ...lines];
}

const WAYS = { http: "Date of an HTTP answer", ntp: "NTP" };
const run = () => Promise.reject(new Error("The clocks are compared together."));

function judgePeer(offsetMs: number, middle: number, count: number): Finding {
  const expected = `the time the others tell, within ${NOTICED_MS / SECOND_MS} s`;
  const found = skew(offsetMs);
  if (count < 3 || Math.abs(offsetMs - middle) <= NOTICED_MS)
    return { outcome: "passed", code: "clock_peer_agrees", expected, found };
  return {
    ...{ outcome: "warning", code: "clock_peer_differs", expected, found },
    mend: "This one disagrees with the others, so it is its clock that is wrong, not this machine's.",
    ask: "time_team",
  };
}

function judgeClock(middle: number | null, offsets: readonly number[]): Finding {
  const expected = `within ${NOTICED_MS / SECOND_MS} s of what others tell`;
  if (middle === null)
    return { outcome: "skipped", code: "clock_unknown", expected, found: "nobody told the time" };
  const agreeing = offsets.filter((offset) => Math.abs(offset - middle) <= NOTICED_MS).length;
  const found = `${skew(middle)}, as ${agreeing} of ${offsets.length} say`;
  if (agreeing * 2 <= offsets.length && offsets.length > 1)
    return {
      ...{ outcome: "warning", code: "clock_disagreement", expected, found: offsets.map(skew).join("; ") },
      mend: "Those that tell the time disagree among themselves, so nobody can say which is right. Add time servers that can be trusted.",
      ask: "time_team",
    };
  if (Math.abs(middle) <= NOTICED_MS) return { outcome: "passed", code: "clock_right", expected, found };
  return {
    outcome: Math.abs(middle) > HARMFUL_MS ? "failed" : "warning",
    code: "clock_wrong",
    expected,
    found,
    mend: "This machine's clock is wrong: tokens and SAML responses are refused as expired or not yet valid. Have it set by a time server.",
    ask: "machine_admin",
  };
}

function skew(offsetMs: number): string {
  const seconds = Math.abs(offsetMs) / SECOND_MS;
  if (seconds < 1) return "less than 1 s apart";
  const amount = seconds < 120 ? `${Math.round(seconds)} s` : `${Math.round(seconds / 60)} min`;
  return `${amount} ${offsetMs > 0 ? "ahead of" : "behind"} this machine`;
}

/** The lower of the middle two, where their number is even. */
function median(values: readonly number[]): number | null {
  return values.toSorted((a, b) => a - b)[Math.floor((values.length - 1) / 2)] ?? null;
}
