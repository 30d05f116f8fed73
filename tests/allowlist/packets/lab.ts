import { execFileSync, spawnSync } from "node:child_process";
import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Packet } from "#lib/shared/allowlist/traffic.ts";

/** Addresses of the link between the two sides, which no probe goes to. */
export const LINK = { 4: "198.18.0.0/30", 6: "2001:2:0:ffff::/64" } as const;
const INSIDE = { 4: "198.18.0.2", 6: "2001:2:0:ffff::2" } as const;
const OUTSIDE = { 4: "198.18.0.1", 6: "2001:2:0:ffff::1" } as const;

/** Why packets cannot be sent for real here; null where they can. */
export function whyNoLab(programs: readonly string[]): string | null {
  if (process.getuid?.() !== 0) return "Network namespaces need root.";
  const missing = ["ip", "ping", ...programs].find(
    (name) => spawnSync("sh", ["-c", `command -v ${name}`]).status !== 0,
  );
  if (missing) return `${missing} is not installed.`;
  const name = `sallyport-try-${process.pid}`;
  const made = spawnSync("ip", ["netns", "add", name]).status === 0;
  if (made) spawnSync("ip", ["netns", "delete", name]);
  return made ? null : "Network namespaces cannot be made here.";
}

/**
 * Two network namespaces with a wire between them. `inside` is the machine that an allowlist protects; `outside` is the
 * rest of the world, where every address is at home. Real packets go over the wire, and what came through is read
 * from a counter behind the firewall, so that no timeout decides.
 */
export class PacketLab {
  readonly inside = `sp-in-${process.pid}`;
  readonly outside = `sp-out-${process.pid}`;
  readonly #folder = mkdtempSync(join(tmpdir(), "sallyport-packets-"));

  constructor() {
    for (const name of [this.inside, this.outside]) {
      ip("netns", "add", name);
      // Addresses are usable at once, and a program may send from one that the routes alone make ours.
      for (const setting of ["conf.default.accept_dad=0", "ip_nonlocal_bind=1"])
        this.#run(name, "sysctl", ["-qw", `net.ipv6.${setting}`]);
    }
    ip(
      "link",
      "add",
      "wire",
      "netns",
      this.inside,
      "type",
      "veth",
      "peer",
      "name",
      "wire",
      "netns",
      this.outside,
    );
    for (const [name, own] of [
      [this.inside, INSIDE],
      [this.outside, OUTSIDE],
    ] as const) {
      ip("-n", name, "addr", "add", `${own[4]}/30`, "dev", "wire");
      ip("-n", name, "addr", "add", `${own[6]}/64`, "dev", "wire", "nodad");
      ip("-n", name, "link", "set", "lo", "up");
      ip("-n", name, "link", "set", "wire", "up");
    }
    ip("-n", this.inside, "route", "add", "default", "via", OUTSIDE[4]);
    ip("-n", this.inside, "-6", "route", "add", "default", "via", OUTSIDE[6]);
    // The wire first: the table is looked into before all others, and the next routes would swallow what goes back.
    ip("-n", this.outside, "route", "add", LINK[4], "dev", "wire", "table", "local");
    for (const network of [LINK[6], "fe80::/64"])
      ip("-n", this.outside, "-6", "route", "add", network, "dev", "wire", "table", "local");
    // Every address but those of the wire is one of the outside's own: it answers for it and may send from it.
    ip("-n", this.outside, "route", "add", "local", "0.0.0.0/0", "dev", "lo");
    ip("-n", this.outside, "-6", "route", "add", "local", "::/0", "dev", "lo");
    for (const family of [4, 6] as const) this.#awaitWire(family);
  }

  /** A new link takes a second to carry IPv6. */
  #awaitWire(family: 4 | 6): void {
    for (let tries = 0; tries < 60; tries += 1) {
      const words = [
        "netns",
        "exec",
        this.inside,
        "ping",
        "-n",
        "-q",
        "-c",
        "1",
        "-W",
        "0.5",
        OUTSIDE[family],
      ];
      if (spawnSync("ip", words).status === 0) return;
    }
    throw new Error(`The wire carries no IPv${family}.`);
  }

  /** Loads a file of rules into the inside with the program that it is meant for. */
  load(program: "nft" | "iptables-restore" | "ip6tables-restore", file: string): void {
    if (program === "nft") this.#nft(this.inside, file);
    else this.#run(this.inside, program, [this.#write(file)]);
  }

  /** Takes every rule of the inside away again. */
  clear(): void {
    this.#nft(this.inside, "flush ruleset\n");
  }

  /** Sends each packet for real and says which of them came through. */
  send(packets: readonly Packet[]): boolean[] {
    this.#nft(this.outside, `flush ruleset\n${seenTable("prerouting", -100)}`);
    // Behind the allowlist's own chain: only what that accepted comes here.
    this.#nft(this.inside, `table inet seen {\n}\ndelete table inet seen\n${seenTable("input", 100)}`);
    for (const direction of ["egress", "ingress"] as const) {
      const probes = packets.filter((packet) => packet.direction === direction);
      const sender = direction === "egress" ? this.inside : this.outside;
      const input = JSON.stringify({ probes, inside: INSIDE });
      execFileSync(
        "ip",
        ["netns", "exec", sender, process.execPath, join(import.meta.dirname, "sender.mjs")],
        { input },
      );
    }
    const seen = { egress: this.#seen(this.outside), ingress: this.#seen(this.inside) };
    return packets.map(({ direction, protocol, peer, port }) =>
      seen[direction].has(`${protocol} ${peer} ${port ?? 0}`),
    );
  }

  end(): void {
    for (const name of [this.inside, this.outside]) ip("netns", "delete", name);
  }

  #seen(name: string): Set<string> {
    const listed = this.#run(name, "nft", ["-j", "list", "table", "inet", "seen"]);
    const { nftables } = JSON.parse(listed) as { nftables: { set?: { name: string; elem?: unknown[] } }[] };
    const seen = new Set<string>();
    for (const { set } of nftables) {
      for (const element of set?.elem ?? []) seen.add(`${set?.name.replace(/_.*/, "")} ${textOf(element)}`);
    }
    return seen;
  }

  #nft(name: string, file: string): void {
    this.#run(name, "nft", ["-f", this.#write(file)]);
  }

  #write(file: string): string {
    const path = join(this.#folder, "rules");
    writeFileSync(path, file);
    return path;
  }

  #run(name: string, program: string, given: readonly string[]): string {
    return execFileSync("ip", ["netns", "exec", name, program, ...given], {
      encoding: "utf8",
      maxBuffer: 1e8,
    });
  }
}

function ip(...words: string[]): void {
  execFileSync("ip", words);
}

/** An element of a set: an address alone, or with a port. */
function textOf(element: unknown): string {
  if (typeof element === "string") return `${element} 0`;
  const { concat } = element as { concat: [string, number] };
  return concat.join(" ");
}

/** Writes down what arrives: outside, where packets went to; inside, where they came from. */
function seenTable(hook: "prerouting" | "input", priority: number): string {
  const side = hook === "prerouting" ? "daddr" : "saddr";
  const set = (name: string, type: string) =>
    `\tset ${name} {\n\t\ttype ${type}\n\t\tsize 65535\n\t\tflags dynamic\n\t}\n`;
  return [
    "table inet seen {\n",
    ...["tcp", "udp"].flatMap((protocol) => [
      set(`${protocol}_4`, "ipv4_addr . inet_service"),
      set(`${protocol}_6`, "ipv6_addr . inet_service"),
    ]),
    set("icmp_4", "ipv4_addr"),
    set("icmp_6", "ipv6_addr"),
    `\tchain seen {\n\t\ttype filter hook ${hook} priority ${priority};\n`,
    ...["tcp", "udp"].flatMap((protocol) => [
      `\t\tmeta nfproto ipv4 meta l4proto ${protocol} ct direction original add @${protocol}_4 { ip ${side} . ${protocol} dport }\n`,
      `\t\tmeta nfproto ipv6 meta l4proto ${protocol} ct direction original add @${protocol}_6 { ip6 ${side} . ${protocol} dport }\n`,
    ]),
    `\t\ticmp type echo-request add @icmp_4 { ip ${side} }\n`,
    `\t\ticmpv6 type echo-request add @icmp_6 { ip6 ${side} }\n`,
    "\t}\n}\n",
  ].join("");
}
