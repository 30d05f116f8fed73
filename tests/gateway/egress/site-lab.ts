import { type ChildProcess, execFileSync, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import type { Crossing } from "#lib/shared/gateway/crossing.ts";

/** Where each side of the site's network is at home; the gateway has one address towards either. */
export const APPLICATION = { 4: "10.9.1.2", 6: "fd09:1::2" } as const;
export const GATEWAY = { 4: "10.9.1.1", 6: "fd09:1::1" } as const;
const GATEWAY_OUTSIDE = { 4: "10.9.2.1", 6: "fd09:2::1" } as const;
const ROUTER_OUTSIDE = { 4: "10.9.2.2", 6: "fd09:2::2" } as const;
const SITE = { 4: "10.9.0.0/16", 6: "fd09::/16" } as const;

export interface Called {
  readonly how: string;
  readonly heard: string;
}

/**
 * Three network namespaces in a row: an application, the gateway (a router as well), and the outside, where every address is at home
 * and gives back what it gets. What of each sender arrives outside is counted there.
 */
export class SiteLab {
  readonly application = `sp-app-${process.pid}`;
  readonly gateway = `sp-gate-${process.pid}`;
  readonly outside = `sp-world-${process.pid}`;
  readonly #children: ChildProcess[] = [];

  constructor() {
    for (const name of [this.application, this.gateway, this.outside]) {
      ip("netns", "add", name);
      this.#sysctl(name, "net.ipv6.conf.default.accept_dad=0");
    }
    for (const setting of ["net.ipv4.ip_forward=1", "net.ipv6.conf.all.forwarding=1"])
      this.#sysctl(this.gateway, setting);
    this.#wire("inner", this.application, APPLICATION, this.gateway, GATEWAY);
    this.#wire("outer", this.gateway, GATEWAY_OUTSIDE, this.outside, ROUTER_OUTSIDE);
    for (const name of [this.application, this.gateway, this.outside])
      ip("-n", name, "link", "set", "lo", "up");
    this.#defaultRoute(this.application, GATEWAY);
    this.#defaultRoute(this.gateway, ROUTER_OUTSIDE);
    this.#beEverywhere();
    this.nft(
      this.outside,
      `table inet seen {\n\tchain seen {\n\t\ttype filter hook prerouting priority -300;\n${[
        `ip saddr ${APPLICATION[4]} counter name application`,
        `ip6 saddr ${APPLICATION[6]} counter name application`,
        `ip saddr ${GATEWAY_OUTSIDE[4]} counter name gateway`,
        `ip6 saddr ${GATEWAY_OUTSIDE[6]} meta l4proto != icmpv6 counter name gateway`,
      ]
        .map((rule) => `\t\t${rule}\n`)
        .join("")}\t}\n\tcounter application {\n\t}\n\tcounter gateway {\n\t}\n}\n`,
    );
  }

  /** How many packets of each sender have arrived outside since this was asked for the last time. */
  seen(): { application: number; gateway: number } {
    const listed = run(this.outside, "nft", ["-j", "reset", "counters", "table", "inet", "seen"]);
    const { nftables } = JSON.parse(listed) as {
      nftables: { counter?: { name: string; packets: number } }[];
    };
    const of = (name: string) =>
      nftables.find(({ counter }) => counter?.name === name)?.counter?.packets ?? 0;
    return { application: of("application"), gateway: of("gateway") };
  }

  nft(name: string, file: string): void {
    execFileSync("ip", ["netns", "exec", name, "nft", "-f", "-"], { input: file });
  }

  clear(): void {
    for (const name of [this.application, this.gateway]) this.nft(name, "flush ruleset\n");
  }

  /** Starts something that gives back what it gets on these ports of every address outside. */
  async startOutside(ports: readonly number[]): Promise<void> {
    const program = `
      const { createServer } = require("node:net");
      let listening = 0;
      for (const port of ${JSON.stringify(ports)})
        createServer((socket) => socket.on("error", () => 0).pipe(socket)).listen(port, "::", () => {
          listening += 1;
          if (listening === ${ports.length}) console.log("listens");
        });`;
    const child = this.#spawn(this.outside, ["-e", program]);
    if (child.stdout) await once(child.stdout, "data");
  }

  /** Starts the proxy in the gateway's namespace. What it writes down comes into the list. */
  async startProxy(settings: object): Promise<Crossing[]> {
    const crossings: Crossing[] = [];
    const program = new URL("../../support/egress-program.ts", import.meta.url).pathname;
    const child = this.#spawn(this.gateway, [program, JSON.stringify(settings)]);
    const listening = Promise.withResolvers<void>();
    if (child.stdout)
      createInterface({ input: child.stdout }).on("line", (line) => {
        const said = JSON.parse(line) as Crossing & { listens?: true };
        if (said.listens) listening.resolve();
        else crossings.push(said);
      });
    child.once("exit", () => listening.reject(new Error("The proxy ended.")));
    await listening.promise;
    return crossings;
  }

  /** Opens one connection from a namespace, says these one after the other, and tells what was heard. */
  call(name: string, host: string, port: number, says: readonly (string | Buffer)[], user = 0): Called {
    const program = new URL("caller.mjs", import.meta.url).pathname;
    const words = says.map((each) => Buffer.from(each).toString("hex"));
    return JSON.parse(
      run(name, process.execPath, [program, String(user), host, String(port), ...words]),
    ) as Called;
  }

  /** Sends something other than TCP to an address outside. */
  stray(name: string, address: string): void {
    spawnSync("ip", ["netns", "exec", name, "bash", "-c", `echo x > /dev/udp/${address}/53`]);
    spawnSync("ip", ["netns", "exec", name, "ping", "-n", "-q", "-c", "1", "-W", "0.2", address]);
  }

  async end(): Promise<void> {
    for (const child of this.#children) {
      if (child.exitCode !== null) continue;
      const ended = once(child, "exit");
      child.kill("SIGKILL");
      await ended;
    }
    for (const name of [this.application, this.gateway, this.outside]) ip("netns", "delete", name);
  }

  #spawn(name: string, given: readonly string[]): ChildProcess {
    const child = spawn("ip", ["netns", "exec", name, process.execPath, ...given], {
      stdio: ["pipe", "pipe", "inherit"],
    });
    this.#children.push(child);
    return child;
  }

  #wire(
    device: string,
    one: string,
    ofOne: Record<4 | 6, string>,
    other: string,
    ofOther: Record<4 | 6, string>,
  ): void {
    ip("link", "add", device, "netns", one, "type", "veth", "peer", "name", device, "netns", other);
    for (const [name, own] of [
      [one, ofOne],
      [other, ofOther],
    ] as const) {
      ip("-n", name, "addr", "add", `${own[4]}/24`, "dev", device);
      ip("-n", name, "addr", "add", `${own[6]}/64`, "dev", device, "nodad");
      ip("-n", name, "link", "set", device, "up");
    }
  }

  #defaultRoute(name: string, via: Record<4 | 6, string>): void {
    ip("-n", name, "route", "add", "default", "via", via[4]);
    ip("-n", name, "-6", "route", "add", "default", "via", via[6]);
  }

  /** Every address is the outside's own, but for those of the site. */
  #beEverywhere(): void {
    const { outside } = this;
    ip("-n", outside, "route", "add", "10.9.2.0/24", "dev", "outer", "table", "local");
    ip("-n", outside, "route", "add", SITE[4], "via", GATEWAY_OUTSIDE[4], "dev", "outer", "table", "local");
    for (const network of ["fd09:2::/64", "fe80::/64"])
      ip("-n", outside, "-6", "route", "add", network, "dev", "outer", "table", "local");
    ip(
      "-n",
      outside,
      "-6",
      "route",
      "add",
      SITE[6],
      "via",
      GATEWAY_OUTSIDE[6],
      "dev",
      "outer",
      "table",
      "local",
    );
    ip("-n", outside, "route", "add", "local", "0.0.0.0/0", "dev", "lo");
    ip("-n", outside, "-6", "route", "add", "local", "::/0", "dev", "lo");
    this.#sysctl(outside, "net.ipv6.ip_nonlocal_bind=1");
  }

  #sysctl(name: string, setting: string): void {
    run(name, "sysctl", ["-qw", setting]);
  }
}

function ip(...words: string[]): void {
  execFileSync("ip", words);
}

function run(name: string, program: string, given: readonly string[]): string {
  return execFileSync("ip", ["netns", "exec", name, program, ...given], { encoding: "utf8" });
}
