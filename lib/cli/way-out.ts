import { parseArgs } from "node:util";
import { z } from "zod";
import { WayOut, wayOutRules } from "#lib/shared/gateway/way-out.ts";
import { Failure } from "./failure.ts";

const USAGE = `Usage: sallyport way-out --place application|router|gateway --gateway <address>…

Prints rules for nftables that leave only the gateway a way out: sallyport way-out … | nft -f -

  --place             where they are loaded
  --gateway           an address of the gateway; once for IPv4 and once for IPv6
  --inside            a network that applications reach without it; as often as there are some
  --proxy-port        where its proxy listens (4128)
  --proxy-tls-port    where it listens for TLS, if it does
  --transparent-port  where it takes connections to port 443 that know of no proxy, if it does
  --user              the account it runs as, on its own machine (sallyport)`;

/** Prints a firewall for a site; it changes nothing by itself. */
export function printWayOut(args: readonly string[]): void {
  const { values } = parsed(args);
  const given = {
    place: values.place,
    gateway: values.gateway,
    inside: values.inside,
    proxyPort: values["proxy-port"],
    proxyTlsPort: values["proxy-tls-port"],
    transparentPort: values["transparent-port"],
    user: values.user,
  };
  const wayOut = WayOut.safeParse(
    Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined)),
  );
  if (!wayOut.success) throw new Failure(`${z.prettifyError(wayOut.error)}\n\n${USAGE}`);
  process.stdout.write(wayOutRules(wayOut.data));
}

function parsed(args: readonly string[]) {
  const text = { type: "string" } as const;
  const texts = { type: "string", multiple: true } as const;
  try {
    return parseArgs({
      args: [...args],
      options: {
        ...{ place: text, gateway: texts, inside: texts, user: text },
        ...{ "proxy-port": text, "proxy-tls-port": text, "transparent-port": text },
      },
    });
  } catch {
    throw new Failure(USAGE);
  }
}
