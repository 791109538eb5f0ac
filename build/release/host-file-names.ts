// The adapters of other languages, which the host starts from its own folder.
import { languages } from "../../host/languages/table.ts";

/** Their paths below the host's folder: in the sources, beside the bundle and in a layer's stdlambda/. */
export const adapterFiles: readonly string[] = languages.flatMap(({ adapter, parts = [] }) =>
  [adapter, ...parts].map((name) => `languages/${name}`),
);

/** Parts of the host that only some functions read, each a bundle of its own. */
export const webClientFile = "web-client.cjs";
export const encodingsFile = "encodings.cjs";

/** All files that the host runs from, in one folder. */
export const hostFileNames: readonly string[] = [
  "main.cjs",
  "host.js",
  "prefork-preload.cjs",
  webClientFile,
  encodingsFile,
  ...adapterFiles,
];
