import { newId } from "#lib/shared/ids.ts";

/** Which drivers may serve a deployment of this mode. Behind an air gap nothing reaches a cloud. */
export function driversFor(
  mode: "connected" | "restricted" | "air_gapped",
): readonly ("offline" | "workos")[] {
  return mode === "air_gapped" ? ["offline"] : ["workos", "offline"];
}

/** The part of a key that may be shown again: enough to tell keys apart, too little to use one. */
export function keyHint(value: string): string {
  const prefix = /^sk_(?:live_|test_)?/.exec(value)?.[0] ?? "";
  return `${prefix}…${value.slice(-4)}`;
}

const CONSOLE = "system:console";

/** The row of the key that this console itself drives an environment with. */
export function consoleKey(
  customerId: string,
  environmentId: string,
  remoteId: string | null,
  value: string,
) {
  return {
    id: newId("key"),
    customerId,
    environmentId,
    remoteId,
    name: "Sallyport console",
    hint: keyHint(value),
    createdById: CONSOLE,
  };
}

/** Who made a key: a person, or nobody but the console where it is the console's own. */
export function madeBy(actorId: string, forConsole: boolean): string {
  return forConsole ? CONSOLE : actorId;
}

/** Revoking this one would lock the console out of the environment. */
export function isConsoleKey(key: { createdById: string }): boolean {
  return key.createdById === CONSOLE;
}
