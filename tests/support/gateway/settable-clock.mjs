import { openSync, readSync } from "node:fs";

// Loaded before a program: its clock goes wrong by as many milliseconds as a file says, while the steady one goes on.

const descriptor = openSync(process.env.SALLYPORT_TEST_CLOCK, "r");
const text = Buffer.alloc(20);
const Real = Date;
const now = () =>
  Real.now() + Number(text.toString("latin1", 0, readSync(descriptor, text, 0, text.length, 0)));

globalThis.Date = new Proxy(Real, {
  construct: (target, given, made) => Reflect.construct(target, given.length === 0 ? [now()] : given, made),
  apply: () => new Real(now()).toString(),
  get: (target, name) => (name === "now" ? now : Reflect.get(target, name)),
});
