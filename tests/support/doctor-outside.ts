import { startDns, startHttps, startNtp } from "./doctor-network.ts";

// What stands beyond the firewall of a test, in a network of its own: a name server, a web server and a time server at their usual
// ports. `node doctor-outside.ts <address> <certificate> <key>`; says "ready" once all three listen.
const [address = "", certificate = "", key = ""] = process.argv.slice(2);

await startDns({ "api.door.example": [address], "time.door.example": [address] }, { address, port: 53 });
await startHttps({ certificate, key }, undefined, { address, port: 443 });
await startNtp(0, { address, port: 123 });
console.log("ready");
