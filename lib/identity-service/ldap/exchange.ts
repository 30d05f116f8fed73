import type { Duplex } from "node:stream";
import type { Control, Entry } from "ldapts";
import { LdapFailure, refusalByCode } from "./failure.ts";
import { Frames } from "./frames.ts";

/** Of one request: more are not what was asked for. */
const ENTRIES_MAX = 20_000;
const SIZE_LIMIT_EXCEEDED = 4;
const NOT_ASKED = "it answers what was not asked";

type Ldap = typeof import("ldapts");
type Request = InstanceType<Ldap["BindRequest"]> | InstanceType<Ldap["SearchRequest"]>;

export interface Answer {
  code: number;
  diagnostic: string;
  controls: readonly Control[];
  entries: Entry[];
}

interface Waiting {
  request: Request;
  entries: Entry[];
  resolve: (answer: Answer) => void;
  reject: (failure: LdapFailure) => void;
}

/**
 * One request at a time and its answer, over a connection that stays the one it is. The library's own client connects again by
 * itself, without encryption and as nobody; reads any number of messages by calling itself for each; and takes an empty page for
 * the last, which in Active Directory it need not be. Its messages are what is used of it.
 */
export class Exchange {
  readonly #server: string;
  readonly #socket: Duplex;
  readonly #ldap: Ldap;
  readonly #answerTimeoutMs: number;
  readonly #frames = new Frames();
  readonly #parser: InstanceType<Ldap["MessageParser"]>;
  #lastId = 1;
  #waiting: Waiting | null = null;
  #ended: LdapFailure | null = null;

  constructor(server: string, socket: Duplex, ldap: Ldap, answerTimeoutMs: number) {
    this.#server = server;
    this.#socket = socket;
    this.#ldap = ldap;
    this.#answerTimeoutMs = answerTimeoutMs;
    this.#parser = new ldap.MessageParser();
    this.#parser.on("message", (message) => this.#hear(message));
    this.#parser.on("error", () => this.#end("what it sends is not LDAP"));
    socket.on("data", (chunk: Buffer) => this.#receive(chunk));
    socket.on("error", (error) => this.#end(error.message));
    socket.on("close", () => this.#end("it ended the connection before it had answered"));
    socket.on("end", () => this.#end("it ended the connection before it had answered"));
  }

  /** @throws LdapFailure where no answer comes, or one that is no success. */
  async ask(make: (messageId: number, ldap: Ldap) => Request): Promise<Answer> {
    const answer = await this.#exchange(make);
    if (answer.code !== 0) throw refusalByCode(this.#server, answer.code, answer.diagnostic);
    return answer;
  }

  /** As `ask`, where a search may also find more than it was to return. */
  async askForSome(make: (messageId: number, ldap: Ldap) => Request): Promise<Answer> {
    const answer = await this.#exchange(make);
    if (answer.code === 0 || answer.code === SIZE_LIMIT_EXCEEDED) return answer;
    throw refusalByCode(this.#server, answer.code, answer.diagnostic);
  }

  close(): void {
    this.#end("the connection was closed");
  }

  async #exchange(make: (messageId: number, ldap: Ldap) => Request): Promise<Answer> {
    if (this.#ended) throw this.#ended;
    if (this.#waiting) throw new Error("One request at a time.");
    this.#lastId += 1;
    const request = make(this.#lastId, this.#ldap);
    const { promise, resolve, reject } = Promise.withResolvers<Answer>();
    this.#waiting = { request, entries: [], resolve, reject };
    const timer = setTimeout(() => this.#end("it did not answer in time"), this.#answerTimeoutMs);
    this.#socket.write(request.write());
    return await promise.finally(() => clearTimeout(timer));
  }

  #receive(chunk: Buffer): void {
    try {
      for (const message of this.#frames.push(chunk)) {
        if (this.#ended) return;
        const requests = this.#waiting ? [[String(this.#lastId), { message: this.#waiting.request }]] : [];
        this.#parser.read(message, new Map(requests as [string, { message: Request }][]));
      }
    } catch (error) {
      this.#end((error as Error).message);
    }
  }

  #hear(message: { messageId: number }): void {
    const problem = this.#take(message);
    if (problem !== null) this.#end(problem);
  }

  /** Null, or why the connection must not go on. */
  #take(message: { messageId: number }): string | null {
    const { SearchEntry, SearchReference, SearchResponse, BindResponse } = this.#ldap;
    const waiting = this.#waiting;
    // A notice that nobody asked for: the server is about to end the connection (RFC 4511, 4.4.1).
    if (message.messageId === 0) return "it ended the connection";
    if (!waiting || message.messageId !== this.#lastId) return NOT_ASKED;
    // Another server's address: never gone to, for nobody here has said that it is to be trusted.
    if (message instanceof SearchReference) return null;
    const { request, entries } = waiting;
    const isSearch = "attributes" in request;
    if (message instanceof SearchEntry && isSearch) {
      entries.push(message.toObject(request.attributes, request.explicitBufferAttributes));
      return entries.length > ENTRIES_MAX ? "it sends more entries than were asked for" : null;
    }
    if (!(message instanceof (isSearch ? SearchResponse : BindResponse))) return NOT_ASKED;
    this.#waiting = null;
    const { status, errorMessage, controls } = message;
    waiting.resolve({ code: status, diagnostic: errorMessage, controls: controls ?? [], entries });
    return null;
  }

  #end(reason: string): void {
    this.#ended ??= new LdapFailure("unreachable", `${this.#server} failed: ${reason}.`);
    this.#waiting?.reject(this.#ended);
    this.#waiting = null;
    this.#socket.destroy();
  }
}
