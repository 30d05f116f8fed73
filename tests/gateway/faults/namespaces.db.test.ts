import { spawn, spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { beforeAll, expect, test } from "vitest";
import { bundleIdentityService } from "#lib/cli/build.ts";

// What only a network of one's own can show: that nothing leaves, and that everything that passes is counted. Namespaces need root;
// CI has it.

const ROOT = resolve(import.meta.dirname, "../../..");
const SCRIPTS = join(ROOT, "tests/support/gateway");
const TEN_MINUTES = { timeout: 600_000 };

beforeAll(() => bundleIdentityService(ROOT, new AbortController().signal));

// With its processes in a namespace, too: none of them outlives the one that began them.
const OWN = ["--net", "--mount", "--pid", "--fork", "--kill-child", "--mount-proc"];
const canCutOff =
  spawnSync("unshare", [
    ...[...OWN, "sh", "-c"],
    "ip tuntap add sink mode tun && nft add table inet t && mount --bind /etc/hosts /etc/hosts",
  ]).status === 0;

/** Runs a program in a network of its own, whose name server is somewhere outside, and reads the last line that it writes. */
async function inNamespace(script: string): Promise<unknown> {
  const folder = mkdtempSync(join(tmpdir(), "sallyport-namespace-"));
  const resolver = join(folder, "resolv.conf");
  writeFileSync(resolver, "nameserver 198.51.100.53\noptions timeout:1 attempts:1\n");
  try {
    const mounted = `mount --bind ${resolver} /etc/resolv.conf && exec "$0" "$@"`;
    const node = [process.execPath, "--conditions=react-server", join(SCRIPTS, script)];
    const child = spawn("unshare", [...OWN, "sh", "-c", mounted, ...node], {
      cwd: ROOT,
      stdio: ["ignore", "pipe", "inherit"],
    });
    let text = "";
    for await (const chunk of child.stdout.setEncoding("utf8")) text += chunk;
    return JSON.parse(text.trim().split("\n").at(-1) ?? "");
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

test.runIf(canCutOff)("an air-gapped site works, and not one packet leaves it", TEN_MINUTES, async () => {
  const seen = await inNamespace("air-gapped-site.ts");
  expect(seen).toMatchObject({ packets: 0, refused: [403, 403, 403], callback: 200, faults: [] });
  const { signIns, changes, delivered, packetsWhenAsked } = seen as Record<string, number>;
  expect(signIns).toBeGreaterThanOrEqual(3);
  expect(changes).toBeGreaterThanOrEqual(60);
  expect(delivered).toBeGreaterThanOrEqual(60);
  // The sink does see what leaves.
  expect(packetsWhenAsked).toBeGreaterThan(0);
});

test.runIf(canCutOff)("the crossings hold every byte that the kernel saw pass", TEN_MINUTES, async () => {
  const { statuses, echoed, recorded, counted, repeated, lies } = (await inNamespace("measured-site.ts")) as {
    statuses: number[];
    echoed: number[];
    recorded: { direction: string; in: number; out: number; crossings: number; allowed: number }[];
    counted: Record<string, number>;
    repeated: number;
    lies: Record<string, { heard: string; asked: number }>;
  };
  // A name that leads inside leads nowhere, and what is decided on once is not asked for again.
  expect(lies).toEqual({
    "good.named": { heard: "echo", asked: 1 },
    "inside.named": { heard: "inner_address", asked: 1 },
    "mixed.named": { heard: "echo", asked: 1 },
    "rebinding.named": { heard: "echo,inner_address", asked: 2 },
    "silent.named": {
      heard: expect.stringMatching(/^name_(unknown|server_slow)$/),
      asked: expect.any(Number),
    },
    "good.other": { heard: "no_rule", asked: 0 },
  });
  expect(statuses).toEqual([...[0, 1, 2].flatMap(() => [200, 401, 404, 200]), 0]);
  expect(echoed).toEqual(Array.from({ length: 12 }, (_, at) => at * 40_000));
  expect(recorded).toMatchObject([
    // Twelve tunnels to an address, and of those to names the good one, the one that is mixed, and once the one that changes.
    { direction: "egress", crossings: 20, allowed: 15 },
    { direction: "ingress", crossings: 13, allowed: 6 },
    { direction: "pull", crossings: expect.any(Number), allowed: expect.any(Number) },
  ]);
  const told = Object.fromEntries(
    recorded.flatMap(({ direction, in: into, out }) => [
      [`${direction} in`, into],
      [`${direction} out`, out],
    ]),
  );
  expect({ ...told, repeated }).toEqual({ ...counted, repeated: 0 });
});
