import { once } from "node:events";
import { type AddressInfo, createServer, type Socket } from "node:net";
import { BerReader, BerWriter, BindRequest, PagedResultsControl, SearchRequest } from "ldapts";

/** What a server answers to one request. */
export interface FakeAnswer {
  code?: number;
  diagnostic?: string;
  entries?: FakeEntry[];
  /** Addresses of other servers (RFC 4511, 4.5.3). */
  references?: string[];
  /** Where the next page begins. */
  cookie?: string;
}
export interface FakeEntry {
  dn: string;
  attributes: Readonly<Record<string, readonly (string | Buffer)[]>>;
}
export type FakeRequest =
  | { kind: "bind"; dn: string; password: string }
  | { kind: "search"; base: string; scope: string; filter: string; attributes: string[]; cookie: string }
  | { kind: "start_tls" };

/** Speaks LDAP on loopback as a test says: for what a real server does not do, or should not. */
export async function startFakeLdap(
  answer: (request: FakeRequest, socket: Socket) => FakeAnswer | Buffer | "silence",
) {
  const heard: FakeRequest[] = [];
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on("error", () => undefined);
    socket.once("close", () => sockets.delete(socket));
    socket.on("data", (bytes) => {
      const { id, request } = read(bytes);
      if (!request) return;
      heard.push(request);
      const said = answer(request, socket);
      if (said === "silence") return;
      socket.write(Buffer.isBuffer(said) ? said : write(id, request, said));
    });
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  return {
    url: `ldap://127.0.0.1:${port}`,
    port,
    heard,
    /** How many have ever connected and are still there. */
    connections: () => sockets.size,
    close: async () => {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, "close");
    },
  };
}
export type FakeLdap = Awaited<ReturnType<typeof startFakeLdap>>;

const BIND = 0x60;
const SEARCH = 0x63;
const EXTENDED = 0x77;

/** One request a chunk, as clients send them over loopback when they wait for each answer. */
function read(bytes: Buffer): { id: number; request: FakeRequest | null } {
  const reader = new BerReader(bytes);
  reader.readSequence();
  const id = reader.readInt() ?? 0;
  switch (reader.readSequence()) {
    case BIND: {
      const bind = new BindRequest({ messageId: id });
      bind.parseMessage(reader);
      return { id, request: { kind: "bind", dn: bind.dn, password: bind.password } };
    }
    case SEARCH: {
      const search = new SearchRequest({ messageId: id, filter: undefined as never });
      search.parse(reader, []);
      const paged = search.controls?.find((control) => control instanceof PagedResultsControl);
      const { baseDN: base, scope, attributes } = search;
      const cookie = paged?.value?.cookie?.toString() ?? "";
      return {
        id,
        request: { kind: "search", base, scope, filter: search.filter.toString(), attributes, cookie },
      };
    }
    case EXTENDED:
      return { id, request: { kind: "start_tls" } };
    default:
      return { id, request: null };
  }
}

const RESULT = { bind: 0x61, search: 0x65, start_tls: 0x78 };
const CONTEXT = { entry: 0x64, reference: 0x73 };

function write(id: number, request: FakeRequest, said: FakeAnswer): Buffer {
  const entries = (said.entries ?? []).map((entry) =>
    message(id, CONTEXT.entry, (writer) => {
      writer.writeString(entry.dn);
      writer.startSequence();
      for (const [name, values] of Object.entries(entry.attributes)) {
        writer.startSequence();
        writer.writeString(name);
        writer.startSequence(0x31);
        for (const value of values) writer.writeBuffer(Buffer.from(value), 0x04);
        writer.endSequence();
        writer.endSequence();
      }
      writer.endSequence();
    }),
  );
  const references = (said.references ?? []).map((address) =>
    message(id, CONTEXT.reference, (writer) => writer.writeString(address)),
  );
  return Buffer.concat([...entries, ...references, result(id, request, said)]);
}

function result(id: number, request: FakeRequest, { code = 0, diagnostic = "", cookie }: FakeAnswer): Buffer {
  const controls = (writer: BerWriter) => {
    writer.startSequence(0xa0);
    new PagedResultsControl({ value: { size: 0, cookie: Buffer.from(cookie ?? "") } }).write(writer);
    writer.endSequence();
  };
  return message(
    id,
    RESULT[request.kind],
    (writer) => {
      writer.writeEnumeration(code);
      writer.writeString("");
      writer.writeString(diagnostic);
    },
    request.kind === "search" ? controls : undefined,
  );
}

function message(
  id: number,
  tag: number,
  content: (writer: BerWriter) => void,
  behind: (writer: BerWriter) => void = () => undefined,
): Buffer {
  const writer = new BerWriter();
  writer.startSequence();
  writer.writeInt(id);
  writer.startSequence(tag);
  content(writer);
  writer.endSequence();
  behind(writer);
  writer.endSequence();
  return writer.buffer;
}
