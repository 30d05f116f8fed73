// Makes the doctor one file that needs nothing but Node. `node lib/cli/bundle-doctor.ts [<folder>]`, from the folder of the package.
import { rolldown } from "rolldown";

const [folder = "dist/doctor"] = process.argv.slice(2);

const bundle = await rolldown({
  input: { "sallyport-doctor": "lib/doctor/program/main.ts" },
  platform: "node",
  // A faster way to PostgreSQL that is not there, and that pg does without.
  external: ["pg-native"],
});
await bundle.write({
  dir: folder,
  format: "esm",
  entryFileNames: "[name].mjs",
  codeSplitting: false,
  minify: { mangle: false, compress: true, codegen: { removeWhitespace: true } },
});
await bundle.close();
