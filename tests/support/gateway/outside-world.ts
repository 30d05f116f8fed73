import { once } from "node:events";
import { readFileSync } from "node:fs";
import { connect, createServer, type Socket } from "node:net";
import { createInterface } from "node:readline";
import { connect as connectTls, createServer as createTlsServer } from "node:tls";
import { signatureHeader } from "#lib/shared/gateway/webhook-signature.ts";
import { startEventsApi } from "../events-api.ts";
import { wireEvent } from "../relayed-events.ts";
import { SECRET, WEBHOOK_PATH } from "./intake.ts";
import { hear } from "./wire.ts";

// The outside of a site: a server that is asked through the proxy, an Events API, and somebody who brings webhooks, good
// and bad, when told to.

const { certificate = "", key = "", site = "", here = "", port = "" } = JSON.parse(process.argv[2] ?? "{}");
const echo = (socket: Socket) => {
  socket.on("error", () => {}).pipe(socket);
};
createTlsServer({ cert: readFileSync(certificate), key: readFileSync(key) }, echo).listen(443, here);
const plain = createServer(echo).listen(8443, here);
await once(plain, "listening");
await once(createServer(echo).listen(8444), "listening");
const api = await startEventsApi();
api.add(250);
const inClear = Number(new URL(api.url).port);
const terminated = createTlsServer({ cert: readFileSync(certificate), key: readFileSync(key) }, (socket) => {
  const onward = connect(inClear, "127.0.0.1");
  for (const each of [socket, onward]) each.on("error", () => {});
  socket.pipe(onward).pipe(socket);
}).listen(9443);
await once(terminated, "listening");
console.log("ready");

const target = { host: site, port: Number(port), localAddress: here, rejectUnauthorized: false };
for await (const line of createInterface({ input: process.stdin })) {
  const count = Number(line);
  const statuses: number[] = [];
  for (let number = 0; number < count; number += 1) {
    const body = JSON.stringify(
      wireEvent(`event_${number}`, { data: { id: "user_1", text: "x".repeat(number * 997) } }),
    );
    const secret = number % 4 === 1 ? "not-the-secret-at-all" : SECRET;
    const path = number % 4 === 2 ? "/elsewhere" : WEBHOOK_PATH;
    const socket = connectTls(target);
    const heard = hear(socket);
    socket.write(
      `POST ${path} HTTP/1.1\r\nHost: x\r\nWorkOS-Signature: ${signatureHeader(secret, body, new Date())}\r\n` +
        `Content-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`,
    );
    statuses.push((await heard).status);
  }
  const noTls = connect(target);
  const heard = hear(noTls);
  noTls.write("GET / HTTP/1.1\r\nHost: x\r\n\r\n");
  statuses.push((await heard).status);
  console.log(JSON.stringify(statuses));
}
