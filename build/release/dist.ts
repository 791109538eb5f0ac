// Builds dist/: the host as one file with its bootstrap, and the command line.
import { chmod, copyFile, cp, glob, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { bundleImageService } from "../image/bundle-image-service.ts";
import { bundleCli } from "./bundle-cli.ts";
import { makeHostCode } from "./host-code.ts";
import { writeHost } from "./write-host.ts";

const root = join(import.meta.dirname, "../..");
const dist = join(root, "dist");

// Removes only what it makes itself, because users have their packages in dist/ too.
for (const folder of ["host", "templates"]) {
  await rm(join(dist, folder), { recursive: true, force: true });
}
for await (const file of glob("{cli,command-line,chunk-*}.js", { cwd: dist })) {
  await rm(join(dist, file), { force: true });
}
await writeHost(join(root, "host"), join(dist, "host"));
await copyFile(join(root, "host/bootstrap"), join(dist, "host/bootstrap"));
await chmod(join(dist, "host/bootstrap"), 0o755);
await makeHostCode(join(dist, "host"));
await bundleCli(join(root, "cli/run.ts"), join(dist, "command-line.js"));
await writeFile(
  join(dist, "image-service.cjs"),
  await bundleImageService(join(root, "build/image/image-service.ts")),
);
await cp(join(root, "project/templates"), join(dist, "templates"), { recursive: true });
// The types that a user's stdlambda.config.ts may import; there is nothing else in it.
await copyFile(join(root, "project/configuration.ts"), join(dist, "index.d.ts"));
await copyFile(join(root, "cli/start.js"), join(dist, "cli.js"));
await chmod(join(dist, "cli.js"), 0o755);
console.log("dist/host/bootstrap, dist/host/main.cjs, dist/cli.js");
