import { readdirSync, readFileSync } from "node:fs";
import { join, relative } from "node:path";
import { describe, expect, test } from "vitest";

/**
 * What leaves a program leaves by `fetch`, which goes through the gateway where there is one: it decides and writes down. Whoever
 * opens a socket in another way stands here, with why that is right; nobody else may.
 */
const OPENERS: Record<string, string> = {
  // The gateway is the door itself.
  "lib/gateway/egress/upstream.ts": "connects what the allowlist let pass, on the very address",
  "lib/gateway/egress/own-requests.ts": "what the gateway asks for itself, decided in the same way",
  "lib/gateway/egress/carried.ts": "speaks HTTP on a connection that was made above",
  "lib/gateway/egress/resolve.ts": "looks up a name that some rule could let pass",
  "lib/gateway/intake/callback.ts": "hands on to an application inside",
  "lib/gateway/relay/delivery/send.ts": "hands events over inside",
  // Inside the site.
  "lib/identity-service/ldap/dial.ts": "the directory of the site",
  "lib/identity-service/ldap/probe-server.ts": "looks up the directory of the site",
  "lib/identity-service/ldap/exchange.ts": "speaks LDAP on a connection that dial.ts made",
  "lib/identity-service/ldap/password-policy.ts": "speaks LDAP on a connection that dial.ts made",
  "lib/identity-service/ldap/session.ts": "speaks LDAP on a connection that dial.ts made",
  "lib/identity-service/messages/relay.ts": "the mail relay of the site",
  "lib/identity-service/organizations/domain-look.ts": "asks the name servers of the site for a TXT record",
  "lib/cli/supervisor.ts": "asks the programs beside it how they are",
  // Through the gateway, by agents that know of it.
  "lib/identity-service/outbound.ts":
    "identity providers and applications, with agents that leave through the gateway",
  "lib/allowlist/sets/fetching.ts": "published lists, by the agent that leaves through the gateway",
  // Looks at what is open on purpose, when somebody tells it to.
  "lib/doctor/checks/connect.ts": "the doctor tries the doors",
  "lib/doctor/checks/ldap.ts": "the doctor tries the doors",
  "lib/doctor/checks/names.ts": "the doctor tries the doors",
  "lib/doctor/checks/ntp.ts": "the doctor tries the doors",
  "lib/doctor/checks/proxy.ts": "the doctor tries the doors",
  "lib/doctor/checks/tls.ts": "the doctor tries the doors",
};

/** What of a module opens a connection or asks outside; true for all of it. */
const OPENING: Record<string, true | readonly string[]> = {
  net: ["connect", "createConnection", "Socket"],
  tls: ["connect"],
  http: ["request", "get", "Agent"],
  https: ["request", "get", "Agent"],
  http2: ["connect"],
  dgram: true,
  dns: ["lookup", "promises", "Resolver"],
  "dns/promises": true,
  undici: true,
  ws: true,
  ldapts: ["Client"],
  nodemailer: true,
  socks: true,
};

const ROOT = join(import.meta.dirname, "../../..");
const IMPORT =
  /import\s+(type\s+)?([^;"']+?)\s+from\s+"([^"]+)"|import\(\s*"([^"]+)"\s*\)|require\("([^"]+)"\)/g;

/** Whether a source imports something that opens a connection. */
function opens(source: string): boolean {
  for (const [, isType, names = "", from, dynamic, required] of source.matchAll(IMPORT)) {
    const what = OPENING[(from ?? dynamic ?? required ?? "").replace(/^node:/, "")];
    if (!what || isType) continue;
    if (what === true || !from) return true;
    // A module under one name gives all of it.
    const [outside = "", inside = ""] = [names.replace(/\{[^}]*\}/, ""), /\{([^}]*)\}/.exec(names)?.[1]];
    if (/[A-Za-z*]/.test(outside)) return true;
    const imported = inside.split(",").map((name) => name.trim());
    if (imported.some((name) => what.includes(name.split(/\s+as\s+/)[0] ?? ""))) return true;
  }
  return false;
}

function sources(folder: string): string[] {
  return readdirSync(join(ROOT, folder), { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile() && /\.(ts|tsx|mjs)$/.test(entry.name))
    .map((entry) => relative(ROOT, join(entry.parentPath, entry.name)))
    .filter((file) => !file.startsWith("lib/platform/prisma/"));
}

describe("a connection outwards", () => {
  test("is opened only where this list says so, and why", () => {
    const found = [...["lib", "app", "components"].flatMap(sources), "proxy.ts"].filter((file) =>
      opens(readFileSync(join(ROOT, file), "utf8")),
    );
    expect(found.sort()).toEqual(Object.keys(OPENERS).sort());
  });

  test.each([
    ['import { connect } from "node:net";', true],
    ['import { isIP, connect as dial } from "net";', true],
    ['import net from "node:net";', true],
    ['import * as https from "node:https";', true],
    ['import tls, { type TLSSocket } from "node:tls";', true],
    ['const { request } = await import("node:http");', true],
    ['const http = require("node:http");', true],
    ['import { createSocket } from "node:dgram";', true],
    ['import {\n  isIP,\n  Socket,\n} from "node:net";', true],
    ['import type { Socket } from "node:net";', false],
    ['import { type Socket, createServer } from "node:net";', false],
    ['import { isIP } from "node:net";', false],
  ])("is found in %j: %s", (source, expected) => {
    expect(opens(source)).toBe(expected);
  });
});
