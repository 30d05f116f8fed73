import { type Reading, read, refuse, strangeCharacter } from "./reading.ts";

/** A run of TCP or UDP ports, both ends included. */
export interface PortRange {
  from: number;
  to: number;
}

/** Reads `443` or `8000-8100`. One rule opens one run of ports, so that each keeps its own reason. */
export function readPorts(text: string): Reading<PortRange> {
  const strange = strangeCharacter(text);
  if (strange) return refuse(strange);
  if (text === "") return refuse("Write a port, such as 443, or a range, such as 8000-8100.");
  if (/[,;]/.test(text)) return refuse("Write one port or one range: further ports are rules of their own.");
  const [fromPart = "", toPart, ...more] = text.split("-");
  if (more.length > 0) return refuse(`${text} is not a port range: write it as 8000-8100.`);
  const from = readPort(fromPart);
  if (!from.ok) return from;
  const to = toPart === undefined ? from : readPort(toPart);
  if (!to.ok) return to;
  if (to.value < from.value) {
    return refuse(`${text} runs backwards: did you mean ${to.value}-${from.value}?`);
  }
  return read({ from: from.value, to: to.value });
}

export function portsText(ports: PortRange): string {
  return ports.from === ports.to ? String(ports.from) : `${ports.from}-${ports.to}`;
}

function readPort(text: string): Reading<number> {
  if (!/^[0-9]+$/.test(text))
    return refuse(text === "" ? "A port number is missing." : `“${text}” is not a port number.`);
  if (/^0[0-9]/.test(text)) return refuse(`“${text}” has a leading zero: write ${BigInt(text)}.`);
  if (text === "0") return refuse("Port 0 is reserved: no connection can use it.");
  if (text.length > 5 || Number(text) > 65535) return refuse(`${text} is above 65535, the last port.`);
  return read(Number(text));
}
