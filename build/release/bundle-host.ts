// The host as one minified CommonJS file, which starts fastest (docs/performance.md). Code that few
// functions need is in it as well: a separate file for it made no start faster, but some slower.
import type { Plugin } from "esbuild";
import { bundlePart } from "./bundle-parts.ts";
import { encodingsFile, webClientFile } from "./host-file-names.ts";

/** An ESM entry costs 2 ms more, TypeScript source 35 ms more. */
export async function bundleHost(entry: string, output: string): Promise<void> {
  await bundlePart(entry, output, {
    // A function, as Node wraps a module: host/start.cjs calls it. ASCII, so that V8 can read it
    // without decoding.
    banner: { js: "(function (require, module, exports, __filename, __dirname, importModule) {" },
    footer: { js: "})" },
    charset: "ascii",
    define: { "import.meta.dirname": "__dirname" },
    plugins: [importThroughStart, partsBeside],
  });
}

/** In the bundle host/start.cjs imports the user's modules, and passes its function in. */
const importThroughStart: Plugin = {
  name: "import-through-start",
  setup(build) {
    build.onLoad({ filter: /host\/import-module\.ts$/ }, () => ({
      contents: "const given = importModule; export { given as importModule };",
      loader: "ts",
    }));
  },
};

/** What only some functions read is a file of its own: the client of mode `web`, tables of encodings. */
const partsBeside: Plugin = {
  name: "parts-beside",
  setup(build) {
    for (const [filter, name, file] of [
      [/host\/web\/load-client\.ts$/, "loadClient", webClientFile],
      [/host\/event\/load-encodings\.ts$/, "loadEncodings", encodingsFile],
    ] as const) {
      build.onLoad({ filter }, () => ({
        contents: `export const ${name} = async () => require(__dirname + "/${file}");`,
        loader: "ts",
      }));
    }
  },
};
