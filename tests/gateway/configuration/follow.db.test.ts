import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { followConfiguration } from "#lib/gateway/configuration/follow.ts";
import { type Accepted, readConfiguration } from "#lib/gateway/configuration/read.ts";
import { keepConfiguration, sourceOf } from "#lib/gateway/configuration/source.ts";
import { openPool, type Pool } from "#lib/gateway/db.ts";
import { readEnv } from "#lib/gateway/env.ts";
import { createSealer } from "#lib/shared/sealing.ts";
import { testDatabase } from "#tests/support/database.ts";
import { egressRule, exampleConfiguration } from "#tests/support/gateway-configuration.ts";

const folder = mkdtempSync(join(tmpdir(), "sallyport-gateway-"));
const file = join(folder, "configuration.json");
const sealer = createSealer(Buffer.alloc(32, 7).toString("base64"));
let pool: Pool;
let settings: Record<string, string>;

beforeAll(async () => {
  const { gatewayUrl } = await testDatabase();
  pool = openPool(gatewayUrl, 2, null);
  settings = {
    SALLYPORT_GATEWAY_DATABASE_URL: gatewayUrl,
    SALLYPORT_GATEWAY_SEALING_KEY: Buffer.alloc(32, 7).toString("base64"),
  };
});
afterAll(async () => {
  await pool.end();
  rmSync(folder, { recursive: true });
});

describe("settings", () => {
  test("a gateway is told by a file or by a console, and says so where it is neither or both", () => {
    expect(() => readEnv(settings)).toThrow("one of the two");
    const both = {
      SALLYPORT_GATEWAY_CONFIGURATION: file,
      SALLYPORT_GATEWAY_CONSOLE_URL: "https://console.example",
    };
    expect(() => readEnv({ ...settings, ...both, SALLYPORT_GATEWAY_TOKEN: "x".repeat(20) })).toThrow(
      "one of the two",
    );
    expect(() => readEnv({ ...settings, SALLYPORT_GATEWAY_CONSOLE_URL: "https://console.example" })).toThrow(
      "TOKEN",
    );
    expect(() =>
      readEnv({ ...settings, SALLYPORT_GATEWAY_CONFIGURATION: file, SALLYPORT_GATEWAY_PARTS: "door" }),
    ).toThrow("PARTS");
  });
});

describe("following a configuration", () => {
  test("one that is refused leaves the one before in force and says why; a good one comes into force", async () => {
    writeFileSync(file, JSON.stringify(exampleConfiguration()));
    const ending = new AbortController();
    const source = sourceOf(readEnv({ ...settings, SALLYPORT_GATEWAY_CONFIGURATION: file }));
    const kept = keepConfiguration(pool, sealer, source.toldBy);
    const configurations = await followConfiguration(source, kept, ending.signal, () => undefined);
    const first = configurations.current.digest;
    writeFileSync(
      file,
      JSON.stringify(
        exampleConfiguration({
          deployment: { id: "dep_2", name: "Other", customer_id: "cus_1", mode: "restricted" },
        }),
      ),
    );
    await expect.poll(() => configurations.problem, { timeout: 20_000 }).toContain("another deployment");
    expect(configurations.current.digest).toBe(first);
    const heard = new Promise<Accepted>((resolve) => configurations.onChange(resolve));
    writeFileSync(file, JSON.stringify(exampleConfiguration({ rules: [egressRule()] })));
    expect((await heard).configuration.allowlist.rules).toHaveLength(1);
    expect(configurations.problem).toBeNull();
    ending.abort();
    await configurations.stop();

    // The file is gone: what was accepted last is in force again, from the database, where it is sealed.
    rmSync(file);
    const again = new AbortController();
    const later = await followConfiguration(source, kept, again.signal, () => undefined);
    expect(later.current.configuration.allowlist.rules).toHaveLength(1);
    again.abort();
    await later.stop();
    const { rows } = await pool.query<{ sealed: string }>("SELECT sealed FROM boundary.configurations");
    expect(rows[0]?.sealed).not.toContain("dep_1");
  });

  test("what makes no sense is named by its place, without its value", () => {
    const secret = "whsec_not_to_be_quoted";
    const wrong = {
      ...exampleConfiguration(),
      endpoints: [{ id: "ep_1", name: "App", url: secret, signature: "workos", secrets: [secret] }],
    };
    expect(() => readConfiguration(JSON.stringify(wrong), null)).toThrow(/endpoints\.0\.url/);
    expect(() => readConfiguration(JSON.stringify(wrong), null)).not.toThrow(secret);
    expect(() => readConfiguration("{", null)).toThrow("not JSON");
    const network = exampleConfiguration({ rules: [egressRule({ networks: ["192.0.2.1/33"] })] });
    expect(() => readConfiguration(JSON.stringify(network), null)).toThrow("rule_1");
  });
});
