// Serves the functions of a directory: declares them to the service, and again when files change.
import { randomUUID } from "node:crypto";
import { readFile, stat } from "node:fs/promises";
import { dirname, relative, resolve, sep } from "node:path";
import { checkSyntax } from "./check-syntax.ts";
import { declareRecord, isArn } from "./declare-record.ts";
import { ConfigurationError } from "./declared/configuration-error.ts";
import { affectsDeclaration, declareFunctions } from "./declared/declare-functions.ts";
import type { DeclaredFunction, DeclaredFunctions } from "./declared/declared-function.ts";
import { declareOnDemand } from "./declared/directory/declare-on-demand.ts";
import type { Service } from "./service.ts";
import type { FunctionRecord } from "./store/records.ts";
import { type Watching, watchFolders } from "./watch.ts";

export interface ServeOptions {
  readonly directory: string;
  readonly region: string;
  readonly accountId: string;
  readonly env: NodeJS.ProcessEnv;
  readonly watch: boolean;
  /** What the command line says of every function; wins over what is declared. */
  readonly override: {
    readonly memory?: number | undefined;
    readonly timeout?: number | undefined;
    readonly environment?: Readonly<Record<string, string>> | undefined;
  };
  /** Told what changed, and what is wrong with it. */
  readonly onNews: (kind: "change" | "warning", message: string) => void;
}

export interface ServedDirectory {
  /** As they are now. */
  declared(): DeclaredFunctions;
  /** A function that is asked for by its handler, `index.handler`. */
  onDemand(name: string): Promise<FunctionRecord | undefined>;
  close(): void;
}

/** @throws ConfigurationError when the first reading fails. */
export async function serveDirectory(
  service: Service,
  options: ServeOptions,
): Promise<ServedDirectory> {
  const directory = resolve(options.directory);
  const asked = new Map<string, Promise<FunctionRecord | undefined>>();
  let declared = await declare();
  let watching = options.watch ? watch() : undefined;

  async function declare(): Promise<DeclaredFunctions> {
    const found = await declareFunctions(directory, options.env);
    const names = new Set(found.functions.map(({ name }) => name));
    for (const { name, origin } of service.store.functions.all()) {
      if (origin !== "directory" || names.has(name)) continue;
      await service.store.functions.update(name, () => undefined);
      service.retire(name);
    }
    const inDirectory = found.kind === "directory";
    for (const one of found.functions) await keep(one, inDirectory);
    for (const warning of found.warnings) options.onNews("warning", warning);
    return found;
  }

  async function keep(one: DeclaredFunction, hasUrl: boolean): Promise<void> {
    const record = await recordOf(one, hasUrl);
    await service.store.functions.update(one.name, (previous) => {
      if (previous?.origin === "api") {
        options.onNews(
          "warning",
          `${one.name} was created through the API and is declared by ${one.source} too: the declared one is served from now on`,
        );
      }
      return record(previous);
    });
  }

  /** Everything that needs a file is done before the record is changed. */
  async function recordOf(
    one: DeclaredFunction,
    hasUrl: boolean,
  ): Promise<(previous: FunctionRecord | undefined) => FunctionRecord> {
    const { override, region, accountId } = options;
    const layers = await Promise.all(one.layers.filter((layer) => !isArn(layer)).map(layerFolder));
    const full: DeclaredFunction = {
      ...one,
      ...(override.memory !== undefined && { memory: override.memory }),
      ...(override.timeout !== undefined && { timeout: override.timeout }),
      environment: { ...one.environment, ...override.environment },
      // A folder of scripts without a word of configuration: all that can be had is open.
      ...(hasUrl && { url: { authType: "NONE", invokeMode: "BUFFERED" } as const }),
    };
    const attached = one.layers.filter(isArn).flatMap((arn) => attach(arn, one));
    const revision = randomUUID();
    return (previous) => {
      const record = declareRecord(full, {
        region,
        accountId,
        endpoint: service.url,
        layers,
        revision,
        previous,
      });
      return { ...record, latest: { ...record.latest, layers: attached } };
    };
  }

  function attach(arn: string, { name, source }: DeclaredFunction) {
    const [layer = "", version] = arn.split(":").slice(-2);
    const found = service.store.layers
      .get(layer)
      ?.versions.find(({ Version }) => String(Version) === version);
    if (found !== undefined) return [{ arn, sha256: found.sha256 }];
    options.onNews(
      "warning",
      `${source}: the layer ${arn} of ${name} is not here; publish it to this service (aws lambda publish-layer-version --endpoint-url ${service.url}) or name a folder`,
    );
    return [];
  }

  async function layerFolder(layer: string): Promise<string> {
    if ((await stat(layer)).isDirectory()) return layer;
    const { sha256 } = await service.store.code.add(await readFile(layer));
    return service.store.code.folder(sha256);
  }

  function watch(): Watching {
    const { functions, files } = declared;
    const roots = new Set([
      directory,
      ...files.map((file) => dirname(file)),
      ...functions.flatMap(({ root, layers }) => [
        root,
        ...layers.filter((layer) => !isArn(layer)),
      ]),
    ]);
    return watchFolders([...roots], (paths) => void changed(paths), {
      onWarning: (message) => options.onNews("warning", message),
    });
  }

  async function changed(paths: readonly string[]): Promise<void> {
    try {
      await apply(paths);
    } catch (error) {
      if (!(error instanceof ConfigurationError)) throw error;
      options.onNews("warning", `${error.message}\nServing goes on with what was read before`);
    }
  }

  async function apply(paths: readonly string[]): Promise<void> {
    for (const name of asked.keys()) service.retire(name);
    asked.clear();
    if (affectsDeclaration(directory, declared, paths)) {
      const before = watchedRoots(declared);
      const names = declared.functions.map(({ name }) => name);
      declared = await declare();
      announce(names, paths);
      if (watchedRoots(declared) !== before) {
        watching?.close();
        watching = watch();
      }
    } else {
      const touched = declared.functions.filter(({ root, layers }) =>
        [root, ...layers].some((folder) => paths.some((path) => isInside(path, folder))),
      );
      const hasUrl = declared.kind === "directory";
      for (const one of touched) await keep(one, hasUrl);
      if (touched.length > 0)
        announce(
          declared.functions.map(({ name }) => name),
          paths,
        );
    }
    for (const path of paths) await report(path);
  }

  function announce(before: readonly string[], paths: readonly string[]): void {
    const now = declared.functions.map(({ name }) => name);
    for (const name of now) if (!before.includes(name)) options.onNews("change", `${name} is new`);
    for (const name of before) if (!now.includes(name)) options.onNews("change", `${name} is gone`);
    const shown = paths.slice(0, 3).map((path) => relative(directory, path));
    const more = paths.length > shown.length ? ` and ${paths.length - shown.length} more` : "";
    options.onNews("change", `${shown.join(", ")}${more} changed`);
  }

  /** The next invocation would fail: its author hears of it now. */
  async function report(path: string): Promise<void> {
    if (!(await stat(path).catch(() => undefined))?.isFile()) return;
    const fault = await checkSyntax(path, options.env.PATH ?? "").catch(() => undefined);
    if (fault === undefined) return;
    options.onNews("warning", `${relative(directory, path)} does not parse: ${fault}`);
  }

  return {
    declared: () => declared,
    onDemand(name) {
      let record = asked.get(name);
      if (record === undefined) {
        const one = declareOnDemand(directory, name, options.env.PATH);
        if (one === undefined) return Promise.resolve(undefined);
        record = recordOf(one, false).then((make) => make(undefined));
        asked.set(name, record);
      }
      return record;
    },
    close: () => watching?.close(),
  };
}

function watchedRoots({ functions, files }: DeclaredFunctions): string {
  return JSON.stringify([files, functions.map(({ root, layers }) => [root, layers])]);
}

function isInside(path: string, folder: string): boolean {
  return path === folder || path.startsWith(folder.endsWith(sep) ? folder : `${folder}${sep}`);
}
