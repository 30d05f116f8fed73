import { createSocket } from "node:dgram";
import { once } from "node:events";

/** What a name leads to by each question for its IPv4 addresses, the last answer ever after; null: nothing is heard. */
export type Answers = Readonly<Record<string, readonly (readonly string[] | null)[]>>;

export interface NameServer {
  /** How often each name was asked for. */
  readonly asked: Map<string, number>;
}

/** A name server that answers as a test says, with nothing to be kept for later, and knows no other name. */
export async function startNameServer(address: string, answers: Answers): Promise<NameServer> {
  const asked = new Map<string, number>();
  const socket = createSocket("udp4");
  socket.on("message", (question, from) => {
    const { name, type, end } = readQuestion(question);
    const known = answers[name];
    const isForAddress = type === 1;
    const times = asked.get(name) ?? 0;
    if (isForAddress) asked.set(name, times + 1);
    const found = known?.[Math.min(times, known.length - 1)];
    if (found === null) return;
    const records = isForAddress ? (found ?? []).map(recordOf) : [];
    const head = Buffer.from(question.subarray(0, 12));
    // An answer, with recursion; of a name that is not known, if so.
    head.writeUInt16BE(known ? 0x8180 : 0x8183, 2);
    head.writeUInt16BE(records.length, 6);
    head.fill(0, 8);
    socket.send(Buffer.concat([head, question.subarray(12, end), ...records]), from.port, from.address);
  });
  socket.bind(53, address);
  await once(socket, "listening");
  return { asked };
}

function readQuestion(question: Buffer): { name: string; type: number; end: number } {
  const labels: string[] = [];
  let at = 12;
  for (let length = question[at] ?? 0; length > 0; length = question[at] ?? 0) {
    labels.push(question.toString("latin1", at + 1, at + 1 + length));
    at += 1 + length;
  }
  return { name: labels.join(".").toLowerCase(), type: question.readUInt16BE(at + 1), end: at + 5 };
}

function recordOf(address: string): Buffer {
  // The name asked for, an IPv4 address, of the Internet, to be kept for no time.
  const head = Buffer.from([0xc0, 12, 0, 1, 0, 1, 0, 0, 0, 0, 0, 4]);
  return Buffer.concat([head, Buffer.from(address.split(".").map(Number))]);
}
