// The host as one minified CommonJS file: at the floor of Node's own start (docs/performance.md).
import { build, type Plugin } from "esbuild";

/** An ESM entry costs 2 ms more, TypeScript source 35 ms more. */
export async function bundleHost(entry: string, output: string): Promise<void> {
  await build({
    entryPoints: [entry],
    outfile: output,
    bundle: true,
    platform: "node",
    format: "cjs",
    target: "node22",
    minify: true,
    legalComments: "none",
    // A function, as Node wraps a module: host/start.cjs calls it. ASCII, so that V8 reads it as it lies.
    banner: { js: "(function (require, module, exports, __filename, __dirname, importModule) {" },
    footer: { js: "})" },
    charset: "ascii",
    define: { "import.meta.dirname": "__dirname" },
    plugins: [importThroughStart, clientBeside],
    logLevel: "warning",
  });
}

export const webClientFile = "web-client.cjs";

/** The client of mode `web` stands apart: only that mode reads it. */
const clientBeside: Plugin = {
  name: "client-beside",
  setup(build) {
    build.onLoad({ filter: /host\/web\/load-client\.ts$/ }, () => ({
      contents: `export const loadClient = async () => require(__dirname + "/${webClientFile}");`,
      loader: "ts",
    }));
  },
};

/** undici's client for HTTP/1.1 alone: what a server on this machine never needs is left out. */
export async function bundleWebClient(entry: string, output: string): Promise<void> {
  await build({
    entryPoints: [entry],
    outfile: output,
    bundle: true,
    platform: "node",
    format: "cjs",
    target: "node22",
    minify: true,
    legalComments: "none",
    plugins: [onlyClient],
    logLevel: "warning",
  });
}

const onlyClient: Plugin = {
  name: "only-client",
  setup(build) {
    build.onResolve({ filter: /^undici$/ }, () => ({ path: "client", namespace: "only-client" }));
    build.onLoad({ filter: /.*/, namespace: "only-client" }, () => ({
      contents: `exports.Client = require("undici/lib/dispatcher/client.js");`,
      resolveDir: import.meta.dirname,
    }));
    // Every processor that Node 22 runs on has SIMD; the server speaks HTTP/1.1.
    const left =
      /undici\/lib\/(?:llhttp\/llhttp-wasm|milo\/(?:no-)?simd|dispatcher\/client-h2)\.js$/;
    build.onLoad({ filter: left }, () => ({ contents: "module.exports = undefined;" }));
  },
};

/** In the bundle host/start.cjs imports the user's modules, and hands its function in. */
const importThroughStart: Plugin = {
  name: "import-through-start",
  setup(build) {
    build.onLoad({ filter: /host\/import-module\.ts$/ }, () => ({
      contents: "const given = importModule; export { given as importModule };",
      loader: "ts",
    }));
  },
};
