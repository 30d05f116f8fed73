import { execFileSync } from "node:child_process";

/** Where nobody but a test of the cut-off itself ever wants to go. */
export const KNOCKED_AT = { host: "104.16.0.1", port: 443 };

/**
 * Where this run wanted to go outside of this machine, counted by the kernel (`sink.sh`): packets by address and port; null where nothing
 * counts them. Names are asked for at an address outside, so that asking for one is among it.
 */
export function leftBehind(): Map<string, number> | null {
  if (!process.env.SALLYPORT_TEST_SINK) return null;
  const { nftables } = JSON.parse(
    execFileSync("nft", ["-j", "list", "set", "inet", "sink", "left"], { encoding: "utf8" }),
  );
  const { set } = nftables.find((each: { set?: object }) => each.set);
  const left: { elem: { val: { concat: [string, number] }; counter: { packets: number } } }[] =
    set.elem ?? [];
  return new Map(left.map(({ elem: { val, counter } }) => [val.concat.join(":"), counter.packets]));
}
