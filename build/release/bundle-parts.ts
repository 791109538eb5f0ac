// Parts of the host as separate files beside it, as only some functions read them.
import { type BuildOptions, build, type Plugin } from "esbuild";

/** Only undici's client for HTTP/1.1: what a server on this machine never needs is left out. */
export const bundleWebClient = (entry: string, output: string) =>
  bundlePart(entry, output, { plugins: [onlyClient] });

export const bundleEncodings = (entry: string, output: string) => bundlePart(entry, output, {});

/** One minified CommonJS file; `options` are what differs for it. */
export async function bundlePart(
  entry: string,
  output: string,
  options: BuildOptions,
): Promise<void> {
  await build({
    entryPoints: [entry],
    outfile: output,
    bundle: true,
    platform: "node",
    format: "cjs",
    target: "node22",
    minify: true,
    legalComments: "none",
    logLevel: "warning",
    ...options,
  });
}

const onlyClient: Plugin = {
  name: "only-client",
  setup(build) {
    build.onResolve({ filter: /^undici$/ }, () => ({ path: "client", namespace: "only-client" }));
    build.onLoad({ filter: /.*/, namespace: "only-client" }, () => ({
      // As in undici's own index.
      contents: `exports.Client = require("undici/lib/dispatcher/client.js");
require("undici/lib/dispatcher/dispatcher.js").prototype.request = require("undici/lib/api/api-request.js");`,
      resolveDir: import.meta.dirname,
    }));
    // Every processor that Node 22 runs on has SIMD; the server speaks HTTP/1.1.
    const left =
      /undici\/lib\/(?:llhttp\/llhttp-wasm|milo\/(?:no-)?simd|dispatcher\/client-h2)\.js$/;
    build.onLoad({ filter: left }, () => ({ contents: "module.exports = undefined;" }));
  },
};
