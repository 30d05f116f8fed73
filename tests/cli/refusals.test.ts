import { spawn } from "node:child_process";
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { isReachable } from "#lib/cli/account.ts";
import { inheritedEnvironment, readSettings } from "#lib/cli/env.ts";
import { lockDataDir } from "#lib/cli/lock.ts";
import { freePort, requireFreePort } from "#lib/cli/ports.ts";
import { readSecrets } from "#lib/cli/secrets.ts";

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "sallyport-cli-"));
});

afterEach(() => {
  vi.unstubAllEnvs();
  rmSync(folder, { recursive: true, force: true });
});

describe("a port", () => {
  test("in use is refused with the variable that chooses another", async () => {
    const port = await freePort();
    const other = await listen(port);
    await expect(requireFreePort(port, "127.0.0.1", "SALLYPORT_CONSOLE_PORT")).rejects.toThrow(
      `Port ${port} is in use. Stop what uses it, or set SALLYPORT_CONSOLE_PORT to another port.`,
    );
    await new Promise((done) => other.close(done));
  });

  test("that is free is let pass", async () => {
    await requireFreePort(await freePort(), "127.0.0.1", "SALLYPORT_CONSOLE_PORT");
  });
});

describe("a gateway", () => {
  const told = (settings: Record<string, string>) => {
    for (const [name, value] of Object.entries(settings)) vi.stubEnv(`SALLYPORT_GATEWAY_${name}`, value);
    return readSettings().gateway;
  };

  test("runs where it is told by a token or by a file, and only there", () => {
    expect(told({})).toBeUndefined();
    expect(told({ TOKEN: "sp_gw_of_a_test_1", PROXY_PORT: "5128" })).toEqual({
      told: { consoleUrl: undefined, token: "sp_gw_of_a_test_1" },
      host: "127.0.0.1",
      ports: { health: 4100, proxy: 5128, intake: 4143 },
    });
    expect(told({ CONSOLE_URL: "https://console.example" })?.told).toEqual({
      consoleUrl: "https://console.example",
      token: "sp_gw_of_a_test_1",
    });
    expect(() => told({ CONFIGURATION: "gateway.json" })).toThrow("not both");
    expect(() => told({ CONFIGURATION: "", TOKEN: "" })).toThrow("SALLYPORT_GATEWAY_TOKEN too");
    expect(told({ CONSOLE_URL: "", CONFIGURATION: join(folder, "gateway.json") })?.told).toEqual({
      file: join(folder, "gateway.json"),
    });
  });

  test("is the only program that inherits its token", () => {
    vi.stubEnv("SALLYPORT_GATEWAY_TOKEN", "sp_gw_of_a_test_1");
    expect(JSON.stringify(inheritedEnvironment())).not.toContain("sp_gw_of_a_test_1");
  });
});

describe("the data folder", () => {
  test("is refused with a sentence where it cannot be made", async () => {
    writeFileSync(join(folder, "file"), "");
    await expect(lockDataDir(join(folder, "file/data"))).rejects.toThrow(
      /cannot be written .*SALLYPORT_DATA_DIR/,
    );
  });

  test("is held by one process at a time", async () => {
    const lock = await lockDataDir(folder);
    await expect(lockDataDir(folder)).rejects.toThrow(`already runs with the data in ${folder}`);
    lock.release();
    (await lockDataDir(folder)).release();
  });

  test("is free again when the process that held it was killed, and what it left running is ended", async () => {
    const left = spawn("sleep", ["600"], { detached: true, stdio: "ignore" });
    const ended = new Promise((done) => left.once("exit", (_, signal) => done(signal)));
    (await lockDataDir(folder)).remember("worker", left.pid ?? 0);
    forgetSupervisor(folder);
    (await lockDataDir(folder)).release();
    expect(await ended).toBe("SIGKILL");
  });

  test("never ends a process that merely has the number of one that was left", async () => {
    const stranger = spawn("sleep", ["600"], { detached: true, stdio: "ignore" });
    const programs = { worker: { pid: stranger.pid ?? 0, since: "Mon Jan  1 00:00:00 2001" } };
    const supervisor = { pid: 2 ** 22 + 1, since: "Mon Jan  1 00:00:00 2001" };
    writeFileSync(join(folder, "running.json"), JSON.stringify({ supervisor, programs }));
    (await lockDataDir(folder)).release();
    expect(stranger.exitCode ?? stranger.signalCode).toBe(null);
    stranger.kill();
  });

  test("survives a lock file that was cut short", async () => {
    writeFileSync(join(folder, "running.json"), '{"supervisor":');
    (await lockDataDir(folder)).release();
  });
});

describe("the secrets", () => {
  test("are made once, differ from each other, and only their owner can read them", () => {
    const secrets = readSecrets(folder);
    expect(readSecrets(folder)).toEqual(secrets);
    const values = Object.values(secrets);
    expect(new Set(values).size).toBe(values.length);
    expect(statSync(join(folder, "secrets.json")).mode & 0o777).toBe(0o600);
  });

  test("that a later version needs are made, and those that were there stay", () => {
    const file = join(folder, "secrets.json");
    const { databaseGateway, gatewaySealingKey, ...before } = readSecrets(folder);
    writeFileSync(file, JSON.stringify(before));
    const after = readSecrets(folder);
    expect(after).toMatchObject(before);
    expect([databaseGateway, gatewaySealingKey]).not.toContain(after.databaseGateway);
    expect(readSecrets(folder)).toEqual(after);
    expect(statSync(file).mode & 0o777).toBe(0o600);
  });

  test("are never made anew over a damaged file, because what is stored is sealed with them", () => {
    writeFileSync(join(folder, "secrets.json"), '{"version":1}');
    expect(() => readSecrets(folder)).toThrow("is damaged. Restore it from a backup");
    expect(readFileSync(join(folder, "secrets.json"), "utf8")).toBe('{"version":1}');
  });
});

describe("the settings", () => {
  test("keep everything on this machine unless told otherwise", () => {
    const settings = readSettings();
    expect(settings.host).toBe("127.0.0.1");
    expect(settings.dataDir).toBe(join(settings.root, ".sallyport"));
  });

  test.each([
    ["SALLYPORT_CONSOLE_PORT", "70000"],
    ["SALLYPORT_IDENTITY_PORT", "abc"],
    ["DATABASE_URL", "mysql://localhost/x"],
  ])("refuse %s=%s by its name", (name, value) => {
    vi.stubEnv(name, value);
    expect(() => readSettings()).toThrow(name);
  });

  test("hand the administrator's database on to no program", () => {
    vi.stubEnv("DATABASE_URL", "postgresql://admin:secret@localhost/x");
    expect(Object.keys(inheritedEnvironment())).not.toContain("DATABASE_URL");
  });
});

describe("a path", () => {
  const nobody = { uid: 65_534, gid: 65_534 };

  test("below a closed folder cannot be reached by another account", () => {
    chmodSync(folder, 0o755);
    mkdirSync(join(folder, "closed/data"), { recursive: true });
    expect(isReachable(join(folder, "closed/data"), nobody)).toBe(true);
    chmodSync(join(folder, "closed"), 0o700);
    expect(isReachable(join(folder, "closed/data"), nobody)).toBe(false);
    expect(isReachable(join(folder, "closed/data"), undefined)).toBe(true);
  });
});

function listen(port: number): Promise<Server> {
  return new Promise((done) => {
    const server = createServer().listen(port, "127.0.0.1", () => done(server));
  });
}

/** Makes the lock look as if the process that wrote it is gone. */
function forgetSupervisor(dataDir: string): void {
  const file = join(dataDir, "running.json");
  const lock = JSON.parse(readFileSync(file, "utf8"));
  writeFileSync(file, JSON.stringify({ ...lock, supervisor: { pid: 2 ** 22 + 1, since: "long ago" } }));
}
