import fc from "fast-check";
import { expect, test } from "vitest";
import { portsText, readPorts } from "#lib/shared/ports.ts";

test("reads back every port range it writes", () => {
  const port = fc.integer({ min: 1, max: 65535 });
  fc.assert(
    fc.property(port, port, (a, b) => {
      const ports = { from: Math.min(a, b), to: Math.max(a, b) };
      expect(readPorts(portsText(ports))).toEqual({ ok: true, value: ports });
    }),
  );
});

test.each([
  ["", "Write a port, such as 443, or a range, such as 8000-8100."],
  ["0", "Port 0 is reserved: no connection can use it."],
  ["65536", "65536 is above 65535, the last port."],
  ["99999999999999999999", "99999999999999999999 is above 65535, the last port."],
  ["0443", "“0443” has a leading zero: write 443."],
  ["443 ", "There is a space at position 4."],
  ["４43", "The character “４” (U+FF14) at position 1 is not allowed: only plain ASCII is."],
  ["https", "“https” is not a port number."],
  ["0x1bb", "“0x1bb” is not a port number."],
  ["4e2", "“4e2” is not a port number."],
  ["80,443", "Write one port or one range: further ports are rules of their own."],
  ["8100-8000", "8100-8000 runs backwards: did you mean 8000-8100?"],
  ["1-2-3", "1-2-3 is not a port range: write it as 8000-8100."],
  ["443-", "A port number is missing."],
  ["-443", "A port number is missing."],
])("refuses the port %j: %s", (text, problem) => {
  expect(readPorts(text)).toEqual({ ok: false, problem });
});
