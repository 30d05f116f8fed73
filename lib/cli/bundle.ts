// Makes one program of the sources of the identity service, or of the gateway, and the packages it uses: what it reads and compiles at
// its start is a fraction then. `node lib/cli/bundle.ts [<folder> [<main file>]]`, from the folder of the package.
import { builtinModules } from "node:module";
import { type Plugin, rolldown } from "rolldown";

const [folder = "dist/identity-service", main = "lib/identity-service/main.ts"] = process.argv.slice(2);

// Node's `import` of one of its own modules reads every property of it, and so loads what is behind each: `node:http` alone
// brings a whole HTTP client and WebSockets. Handed out as an object, only what is asked for is loaded.
const handedOut = new Set(builtinModules.filter((name) => name !== "module"));
const builtins: Plugin = {
  name: "builtins",
  resolveId(id) {
    const name = id.replace(/^node:/, "");
    return handedOut.has(name) ? { id: `\0builtin:${name}`, moduleSideEffects: false } : null;
  },
  load(id) {
    if (!id.startsWith("\0builtin:")) return null;
    const name = JSON.stringify(`node:${id.slice("\0builtin:".length)}`);
    return { code: `module.exports = process.getBuiltinModule(${name});`, moduleType: "js" };
  },
};

const bundle = await rolldown({
  input: { main },
  platform: "node",
  // Native and WebAssembly code stays where npm put it; pg-native is not there, and pg does without.
  external: [/^@node-rs\//, "libxml2-wasm", "pg-native"],
  plugins: [builtins],
});
await bundle.write({
  dir: folder,
  format: "esm",
  entryFileNames: "[name].mjs",
  // What an earlier bundle wrote stays beside it: an instance that runs from it may load a part later.
  chunkFileNames: "[name]-[hash].mjs",
  // Names stay, so that a stack in the log can be read.
  minify: { mangle: false, compress: true, codegen: { removeWhitespace: false } },
});
await bundle.close();
