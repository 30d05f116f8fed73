import dns, { promises } from "node:dns";

// Loaded before a program with `--import`: from its start on, it asks this name server alone.
const server = process.env.TEST_NAME_SERVER;
if (server) {
  dns.setServers([server]);
  promises.setServers([server]);
}
