/** The proxy alone, in whatever network it is started: told by one argument in JSON, it prints each crossing on a line. */
import { createEgressProxy } from "#lib/gateway/egress/proxy.ts";
import { egressSettings } from "#lib/gateway/egress/settings.ts";

const { told, names, port, transparentPort } = JSON.parse(process.argv[2] ?? "") as {
  told: Parameters<typeof egressSettings>[0];
  /** What a name server of the test would say. */
  names: Record<string, string[]>;
  port: number;
  transparentPort: number;
};
const say = (line: object) => process.stdout.write(`${JSON.stringify(line)}\n`);
const proxy = createEgressProxy({
  settingsAt: (now) => egressSettings(told, now),
  record: (crossing) => say(crossing),
  clock: () => new Date(),
  failed: (error) => say({ failed: String(error) }),
  resolve: async (name) => names[name] ?? [],
});
await proxy.listen({ host: "::", port });
await proxy.listen({ host: "::", port: transparentPort, manner: "transparent" });
say({ listens: true });
process.stdin.resume();
process.stdin.once("end", () => void proxy.stop().then(() => process.exit(0)));
