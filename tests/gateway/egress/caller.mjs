// Run inside a namespace: opens one connection, says what it is told to in hexadecimal, and prints how it went.
import { connect } from "node:net";

const [, , user, host, port, ...says] = process.argv;
if (user !== "0") process.setuid(Number(user));
let heard = "";
const socket = connect({ host, port: Number(port) });
const end = (how) => {
  console.log(JSON.stringify({ how, heard }));
  process.exit(0);
};
socket.setTimeout(5_000, () => end("silent"));
socket.on("error", (error) => end(error.code));
socket.on("end", () => end("ended"));
socket.on("data", (chunk) => {
  heard += chunk.toString("latin1");
  const next = says.shift();
  if (next) socket.write(Buffer.from(next, "hex"));
  else end("heard");
});
socket.on("connect", () => {
  const first = says.shift();
  if (first) socket.write(Buffer.from(first, "hex"));
  else end("connected");
});
