// Makes the doctor one file that needs nothing but Node. `node lib/cli/bundle-doctor.ts [<folder>]`, from the folder of the package.
import { mkdirSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { rolldown } from "rolldown";

const [folder = "dist/doctor"] = process.argv.slice(2);

const bundle = await rolldown({
  input: { "sallyport-doctor": "lib/doctor/program/main.ts" },
  platform: "node",
  // A faster way to PostgreSQL that is not there, and that pg does without.
  external: ["pg-native"],
});
const { output } = await bundle.generate({
  format: "esm",
  entryFileNames: "[name].mjs",
  codeSplitting: false,
  minify: { mangle: false, compress: true, codegen: { removeWhitespace: true } },
});
await bundle.close();
const [{ code, fileName }] = output;
const file = join(folder, fileName);
mkdirSync(folder, { recursive: true });
// In one step: a console that gives it out at this moment gives out the old one or the new one, whole.
writeFileSync(`${file}.${process.pid}`, code);
renameSync(`${file}.${process.pid}`, file);
