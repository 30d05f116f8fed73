import { execFile } from "node:child_process";
import { mkdtemp, readdir, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { expect, test } from "vitest";
import { openPool } from "#lib/gateway/db.ts";
import { appendEvents, inTransaction } from "#lib/gateway/relay/append.ts";
import { testDatabase } from "#tests/support/database.ts";
import { exampleConfiguration } from "#tests/support/gateway-configuration.ts";
import { bufferedIds, SIDE } from "#tests/support/pulling.ts";
import { arrival } from "#tests/support/relayed-events.ts";

const run = promisify(execFile);

/** An installation whose gateway is told by a file: what `sallyport relay` says there, and its database. */
async function anInstallation() {
  const urls = await testDatabase();
  const home = await mkdtemp(join(tmpdir(), "relay-"));
  const configuration = join(home, "configuration.json");
  await writeFile(configuration, JSON.stringify(exampleConfiguration()));
  const env = {
    ...process.env,
    SALLYPORT_GATEWAY_DATABASE_URL: urls.gatewayUrl,
    SALLYPORT_GATEWAY_SEALING_KEY: Buffer.alloc(32, 5).toString("base64"),
    SALLYPORT_GATEWAY_CONFIGURATION: configuration,
    SALLYPORT_GATEWAY_DATA_DIR: home,
  };
  const relay = async (...args: string[]) => {
    const answer = await run(process.execPath, ["lib/cli/main.ts", "relay", ...args], { env }).catch(
      (error: { code: number; stdout: string; stderr: string }) => error,
    );
    const code = "code" in answer ? answer.code : 0;
    return { code, out: answer.stdout.trim(), problem: answer.stderr.trim() };
  };
  return { relay, home, pool: openPool(urls.gatewayUrl, 2, SIDE.deploymentId) };
}

test("events go from one installation to another by its command alone", { timeout: 60_000 }, async () => {
  const outside = await anInstallation();
  const inside = await anInstallation();
  await inTransaction(outside.pool, (client) =>
    appendEvents(client, SIDE, [arrival("event_1"), arrival("event_2")]),
  );
  const exported = await outside.relay("export", "--to", outside.home);
  expect(exported.out).toContain("2 events of environment_1");
  const [name = ""] = (await readdir(outside.home)).filter((one) => one.endsWith(".sallyport"));
  const file = join(outside.home, name);

  expect(await inside.relay("import", file)).toMatchObject({
    code: 1,
    problem: expect.stringContaining("No key is trusted here"),
  });
  const key = /Key of this side: (\S+)/.exec((await outside.relay("status")).out)?.[1] ?? "";
  const imported = await inside.relay("import", file, "--key", key);
  expect(imported.out).toContain("2 new events");
  expect(await bufferedIds(inside.pool)).toEqual(["event_1", "event_2"]);

  const insideKey = /Key of this side: (\S+)/.exec((await inside.relay("status")).out)?.[1] ?? "";
  const receipt = /Receipt: (\S+)/.exec(imported.out)?.[1] ?? "";
  expect((await outside.relay("confirm", receipt, "--key", insideKey)).out).toContain("The other side has");
  const { rows } = await inside.pool.query("SELECT kind, outcome FROM boundary.crossings ORDER BY began_at");
  expect(rows).toEqual([
    { kind: "bundle", outcome: "refused" },
    { kind: "bundle", outcome: "allowed" },
  ]);
  expect(await inside.relay("export", "--to", outside.home, "--wrong")).toMatchObject({
    code: 1,
    problem: expect.stringContaining("Usage"),
  });
  await Promise.all([outside.pool.end(), inside.pool.end()]);
});
