import { createTransport, type Transporter } from "nodemailer";
import type { Env } from "../env.ts";

export interface Mail {
  to: string;
  subject: string;
  text: string;
  /** The same for each try, so that a mailbox that got it twice shows it once. */
  id: string;
}

export interface Relay {
  /** @throws RelayProblem */
  send(mail: Mail): Promise<void>;
  close(): void;
}

/** A message the relay did not take. `permanent`: it never will (RFC 5321, 4.2.1: 5yz). */
export class RelayProblem extends Error {
  override name = "RelayProblem";
  readonly permanent: boolean;

  constructor(message: string, permanent: boolean) {
    super(message);
    this.permanent = permanent;
  }
}

/** The mail relay of this network (RFC 5321), one connection kept open for many messages. */
export function openRelay({ url, from }: NonNullable<Env["mail"]>): Relay {
  const transport: Transporter = createTransport({
    url,
    pool: true,
    maxConnections: 2,
    connectionTimeout: 10_000,
    greetingTimeout: 10_000,
    socketTimeout: 30_000,
    // A message is text of ours: nothing in it is ever to be read from a file or fetched.
    disableFileAccess: true,
    disableUrlAccess: true,
  } as object);
  return {
    send: async ({ to, subject, text, id }) => {
      const domain = from.slice(from.lastIndexOf("@") + 1).replace(/[^A-Za-z0-9.-]/g, "");
      try {
        await transport.sendMail({
          from,
          to: { name: "", address: to },
          subject,
          text,
          messageId: `<${id}@${domain}>`,
          headers: { "auto-submitted": "auto-generated" },
        });
      } catch (error) {
        const { responseCode, message } = error as { responseCode?: number; message: string };
        throw new RelayProblem(message.slice(0, 300), responseCode !== undefined && responseCode >= 500);
      }
    },
    close: () => transport.close(),
  };
}
