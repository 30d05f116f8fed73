import { createSocket } from "node:dgram";
import dns, { promises } from "node:dns";
import { once } from "node:events";

/** A name server of the site, which answers for TXT records alone. From its start on, it is the one this process asks. */
export interface NameServer {
  /** What it answers for a name, several at once for several records. */
  records: Map<string, string[]>;
  close(): Promise<void>;
}

const TXT = 16;
const NO_SUCH_NAME = 3;

export async function startNameServer(): Promise<NameServer> {
  const records = new Map<string, string[]>();
  const before = dns.getServers();
  const socket = createSocket("udp4");
  socket.on("message", (query, { port, address }) => socket.send(answer(query, records), port, address));
  socket.bind(0, "127.0.0.1");
  await once(socket, "listening");
  const use = (servers: string[]) => {
    dns.setServers(servers);
    promises.setServers(servers);
  };
  use([`127.0.0.1:${socket.address().port}`]);
  return {
    records,
    async close() {
      use(before);
      socket.close();
      await once(socket, "close");
    },
  };
}

/** RFC 1035, 4.1: the question comes back with its answers behind it. */
function answer(query: Buffer, records: NameServer["records"]): Buffer {
  const { name, end } = readName(query, 12);
  const texts = query.readUInt16BE(end) === TXT ? records.get(name) : undefined;
  const header = Buffer.from(query.subarray(0, 12));
  header.writeUInt16BE(0x8180 | (texts ? 0 : NO_SUCH_NAME), 2);
  header.writeUInt16BE(texts?.length ?? 0, 6);
  header.fill(0, 8);
  return Buffer.concat([header, query.subarray(12, end + 4), ...(texts ?? []).map(textRecord)]);
}

function readName(query: Buffer, start: number): { name: string; end: number } {
  const labels: string[] = [];
  let at = start;
  for (let length = query[at] ?? 0; length > 0; length = query[at] ?? 0) {
    labels.push(query.toString("latin1", at + 1, at + 1 + length));
    at += length + 1;
  }
  // Resolvers mix the case of what they ask to tell forged answers.
  return { name: labels.join(".").toLowerCase(), end: at + 1 };
}

function textRecord(text: string): Buffer {
  const fixed = Buffer.from([0xc0, 12, 0, TXT, 0, 1, 0, 0, 0, 0, 0, text.length + 1, text.length]);
  return Buffer.concat([fixed, Buffer.from(text)]);
}
