// A registry of npm packages on loopback, for what must fail or must not depend on the network.
import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { once } from "node:events";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";

export interface Published {
  readonly name: string;
  readonly version: string;
  /** By their paths; package.json is made, with `description` in it. */
  readonly files: Readonly<Record<string, string | Buffer>>;
  readonly description?: object;
}

export interface Registry extends AsyncDisposable {
  /** With npm set up to ask this registry alone. */
  readonly env: NodeJS.ProcessEnv;
  /** As npm writes it. */
  integrity(name: string): string;
  /** Paths that were asked for. */
  readonly requests: string[];
}

export async function startRegistry(packages: readonly Published[]): Promise<Registry> {
  const root = mkdtempSync(join(tmpdir(), "stdlambda-registry-"));
  const tarballs = new Map(packages.map((one) => [one.name, pack(one, join(root, one.name))]));
  const integrity = (name: string) =>
    `sha512-${createHash("sha512")
      .update(tarballs.get(name) ?? "")
      .digest("base64")}`;
  const requests: string[] = [];
  const server = createServer((request, answer) => {
    const path = decodeURIComponent(request.url ?? "");
    requests.push(path);
    const published = packages.find(({ name }) => path === `/${name}`);
    const tarball = tarballs.get(path.replace(/^\/(.*)\.tgz$/, "$1"));
    if (tarball !== undefined && path.endsWith(".tgz")) return answer.end(tarball);
    if (published === undefined) return answer.writeHead(404).end("{}");
    const { name, version, description } = published;
    const dist = { tarball: `${url}/${name}.tgz`, integrity: integrity(name) };
    const versions = { [version]: { name, version, ...description, dist } };
    answer.setHeader("content-type", "application/json");
    return answer.end(JSON.stringify({ name, "dist-tags": { latest: version }, versions }));
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    env: {
      PATH: process.env.PATH,
      HOME: root,
      npm_config_registry: `${url}/`,
      npm_config_cache: join(root, ".npm"),
      npm_config_fetch_retries: "0",
    },
    integrity,
    requests,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      server.close();
      rmSync(root, { recursive: true, force: true });
    },
  };
}

function pack({ name, version, files, description }: Published, folder: string): Buffer {
  const all = { ...files, "package.json": JSON.stringify({ name, version, ...description }) };
  for (const [path, content] of Object.entries(all)) {
    mkdirSync(dirname(join(folder, "package", path)), { recursive: true });
    writeFileSync(join(folder, "package", path), content);
  }
  const file = join(folder, "package.tgz");
  execFileSync("tar", ["-czf", file, "-C", folder, "package"]);
  return readFileSync(file);
}
