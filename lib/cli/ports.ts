import { createServer } from "node:net";
import { Failure } from "./failure.ts";

/** Refuses with a sentence if something else listens where a program is to. */
export async function requireFreePort(port: number, host: string, variable: string): Promise<void> {
  const problem = await tryPort(port, host);
  if (!problem) return;
  if (problem.code === "EADDRINUSE") {
    throw new Failure(`Port ${port} is in use. Stop what uses it, or set ${variable} to another port.`);
  }
  if (problem.code === "EACCES") {
    throw new Failure(`This user may not use port ${port}. Set ${variable} to a port above 1023.`);
  }
  throw new Failure(
    `Nothing can listen on ${host}, port ${port} (${problem.code}). Check SALLYPORT_HOST and ${variable}.`,
  );
}

/** A port that nothing listened on a moment ago. */
export async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  await new Promise<void>((resolve) => server.close(() => resolve()));
  if (address === null || typeof address === "string") throw new Error("A TCP server has a port.");
  return address.port;
}

function tryPort(port: number, host: string): Promise<NodeJS.ErrnoException | null> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once("error", (error: NodeJS.ErrnoException) => resolve(error));
    server.listen(port, host, () => server.close(() => resolve(null)));
  });
}
