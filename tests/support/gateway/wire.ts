import { once } from "node:events";
import { connect, type Socket } from "node:net";

export interface RawAnswer {
  /** 0 where it hung up without a word. */
  status: number;
  headers: Record<string, string>;
  body: string;
  text: string;
}

/** Says exactly these bytes, and gives what came until the other side hung up. */
export async function sayRaw(port: number, ...said: readonly (string | Uint8Array)[]): Promise<RawAnswer> {
  const socket = connect({ port, host: "127.0.0.1", noDelay: true });
  const heard = hear(socket);
  for (const each of said) socket.write(each);
  return await heard;
}

/** What is heard, through the proxy, from whoever gives back what it gets; otherwise the proxy's own answer. */
export async function throughTunnel(proxyPort: number, authority: string, said: string): Promise<string> {
  const socket = connect(proxyPort, "127.0.0.1");
  socket.write(`CONNECT ${authority} HTTP/1.1\r\nHost: ${authority}\r\n\r\n`);
  const [answer] = (await once(socket, "data")) as [Buffer];
  const refusal = answer.toString("latin1");
  const heard = hear(socket);
  socket.end(said);
  const { text } = await heard;
  return refusal.startsWith("HTTP/1.1 200 ") ? text : refusal + text;
}

/** Everything that comes until the other side hangs up. */
export function hear(socket: Socket): Promise<RawAnswer> {
  const chunks: Buffer[] = [];
  return new Promise((resolve) => {
    socket.on("data", (chunk) => chunks.push(chunk));
    socket.on("error", () => {});
    socket.once("close", () => resolve(readAnswer(Buffer.concat(chunks).toString("latin1"))));
  });
}

function readAnswer(text: string): RawAnswer {
  const [head = "", ...rest] = text.split("\r\n\r\n");
  const [first = "", ...lines] = head.split("\r\n");
  const headers = Object.fromEntries(
    lines.map((line) => {
      const colon = line.indexOf(":");
      return [line.slice(0, colon).toLowerCase(), line.slice(colon + 1).trim()];
    }),
  );
  return { status: Number(first.split(" ")[1] ?? 0), headers, body: rest.join("\r\n\r\n"), text };
}
