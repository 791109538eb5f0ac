// Where downloads are kept between builds.
import { homedir } from "node:os";
import { join, resolve } from "node:path";

/** Absolute: below the user's own folder for such things (XDG_CACHE_HOME, or the system's). */
export function cacheFolder(env: NodeJS.ProcessEnv): string {
  const home = env.HOME || homedir();
  const usual = process.platform === "darwin" ? "Library/Caches" : ".cache";
  return resolve(env.XDG_CACHE_HOME || join(home, usual), "stdlambda");
}
