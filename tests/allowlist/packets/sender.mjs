// Sends one packet for each probe from the network namespace it runs in. Whether it arrives, others find out.
import { spawn } from "node:child_process";
import { createSocket } from "node:dgram";
import { connect } from "node:net";
import { text } from "node:stream/consumers";

const { probes, inside } = JSON.parse(await text(process.stdin));

/** Where the probe goes, and the address it comes from: the inside's own, or any that the outside speaks for. */
function endsOf({ direction, peer }) {
  const own = inside[peer.includes(":") ? 6 : 4];
  return direction === "egress" ? { from: own, to: peer } : { from: peer, to: own };
}

/** The SYN leaves with the call itself; nobody waits for an answer longer than a moment. */
function tcp({ from, to }, port) {
  return new Promise((resolve) => {
    const socket = connect({ host: to, port, localAddress: from });
    const done = () => {
      socket.destroy();
      resolve();
    };
    socket.on("error", done).on("connect", done);
    setTimeout(done, 60);
  });
}

function udp({ from, to }, port) {
  return new Promise((resolve) => {
    const socket = createSocket(to.includes(":") ? "udp6" : "udp4");
    const done = () => {
      socket.close();
      resolve();
    };
    socket.once("error", done);
    socket.bind(0, from, () => socket.send("probe", port, to, done));
  });
}

function icmp({ from, to }) {
  return new Promise((resolve) => {
    const child = spawn("ping", ["-n", "-q", "-c", "1", "-W", "0.06", "-I", from, to], { stdio: "ignore" });
    child.on("close", resolve).on("error", resolve);
  });
}

const queue = probes.values();
await Promise.all(
  Array.from({ length: 24 }, async () => {
    for (const probe of queue) {
      const ends = endsOf(probe);
      if (probe.protocol === "tcp") await tcp(ends, probe.port);
      else if (probe.protocol === "udp") await udp(ends, probe.port);
      else await icmp(ends);
    }
  }),
);
