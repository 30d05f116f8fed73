import { acceptClock } from "./clock.ts";
import { doctor } from "./doctor.ts";
import { Failure, runCommand } from "./failure.ts";
import { createOwner } from "./owner.ts";
import { relay } from "./relay.ts";
import { start } from "./start.ts";
import { createToken } from "./token.ts";
import { printWayOut } from "./way-out.ts";

const USAGE = `Usage: sallyport <command>

  start          runs console, identity service, worker and database
  dev            the same, following changes of the sources
  demo           the same on made-up data, in a database of its own
  gateway        runs a boundary gateway and its database, at a site whose console is elsewhere
  owner create   makes the first owner; the password comes on standard input
  token create   makes a credential for the identity service's management API
  clock accept   the clock is right now, though it was ahead before
  relay          carries events by hand: export, import, confirm, status
  doctor         looks at everything that is needed from here; ends with 0, 1 or 2
  way-out        prints firewall rules that leave a site no way out but its gateway`;

const [command = "start", ...args] = process.argv.slice(2);

await runCommand(() => run(command, args));

async function run(name: string, rest: readonly string[]): Promise<void> {
  if (name === "start" || name === "dev" || name === "demo" || name === "gateway") return await start(name);
  if (name === "owner") return await createOwner(rest);
  if (name === "token") return await createToken(rest);
  if (name === "clock") return await acceptClock(rest);
  if (name === "relay") return await relay(rest);
  if (name === "doctor") return await doctor(rest);
  if (name === "way-out") return printWayOut(rest);
  throw new Failure(rest.includes("--help") ? USAGE : `There is no command "${name}".\n\n${USAGE}`);
}
