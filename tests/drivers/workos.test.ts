import { createEmulator } from "workos/emulate";
import { workosDriver } from "#lib/drivers/workos.ts";
import { type Backend, contract } from "./contract.ts";

contract("workos", async (): Promise<Backend> => {
  const key = "sk_test_only_for_this_test";
  const emulator = await createEmulator({ port: 0, seed: { apiKeys: { [key]: { environment: "test" } } } });
  const drive = (used: string) =>
    workosDriver({ baseUrl: emulator.url, clientId: "client_emulated", key: used, platform: null });
  return {
    driver: drive(key),
    stranger: drive("sk_test_of_somebody_else"),
    neighbour: null, // the emulator holds one environment
    // WorkOS itself has no such call; its emulator makes connections so that there are some to test with.
    async connect(organizationId, name) {
      const response = await fetch(`${emulator.url}/connections`, {
        method: "POST",
        headers: { Authorization: `Bearer ${key}`, "Content-Type": "application/json" },
        body: JSON.stringify({ organization_id: organizationId, name, connection_type: "OktaSAML" }),
      });
      const { id } = (await response.json()) as { id: string };
      return id;
    },
    provision: null, // the emulator makes none
    close: () => emulator.close(),
  };
});
