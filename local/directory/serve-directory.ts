// Serves the functions of a directory: declares them to the service, and again when files change.

import { randomUUID } from "node:crypto";
import { stat } from "node:fs/promises";
import { dirname, relative, resolve, sep } from "node:path";
import { isArn } from "../../lambda/arns.ts";
import { checkSyntax } from "../../project/check-syntax.ts";
import { affectsDeclaration, declareFunctions } from "../../project/declare-functions.ts";
import type { DeclaredFunction, DeclaredFunctions } from "../../project/declared-function.ts";
import { declareOnDemand } from "../../project/directory/declare-on-demand.ts";
import type { ProjectOptions } from "../../project/project-options.ts";
import { type Watching, watchFolders } from "../../project/watch/watch-folders.ts";
import type { Service } from "../service.ts";
import type { FunctionRecord } from "../store/records.ts";
import { declareRecord } from "./declare-record.ts";
import { declaredLayers } from "./declared-layers.ts";

export interface ServeOptions {
  readonly directory: string;
  readonly project?: ProjectOptions;
  readonly region: string;
  readonly accountId: string;
  readonly env: NodeJS.ProcessEnv;
  readonly watch: boolean;
  /**
   * Whether the service's own output goes to a file: its changes must be ignored, or they would
   * never end.
   */
  readonly isOwnOutput?: (file: string) => Promise<boolean>;
  /** Stops reading when it takes long. */
  readonly signal?: AbortSignal | undefined;
  /** What the command line sets for every function; it overrides what is declared. */
  readonly override: {
    readonly memory?: number | undefined;
    readonly timeout?: number | undefined;
    readonly environment?: Readonly<Record<string, string>> | undefined;
  };
  /** Called with what changed, and what is wrong with it. */
  readonly onNews: (kind: "change" | "warning", message: string) => void;
}

export interface ServedDirectory {
  /** The functions as they are now. */
  declared(): DeclaredFunctions;
  /** A function that is invoked by its handler, `index.handler`. */
  onDemand(name: string): Promise<FunctionRecord | undefined>;
  close(): void;
}

/** @throws ExpectedError when the first reading fails. */
export async function serveDirectory(
  service: Service,
  options: ServeOptions,
): Promise<ServedDirectory> {
  const directory = resolve(options.directory);
  const asked = new Map<string, Promise<FunctionRecord | undefined>>();
  /** Messages about several functions that were already printed. */
  const said = new Set<string>();
  /** Files saved after this time count as changed. */
  let readAt = 0;
  let isServing = false;
  let isClosed = false;
  let declared = await declare();
  isServing = true;
  /** One after another: two readings at a time would undo each other. */
  let lastChange = Promise.resolve();
  let watching = options.watch ? watch() : undefined;

  function warnOnce(message: string): void {
    if (said.has(message)) return;
    said.add(message);
    options.onNews("warning", message);
  }

  async function declare(): Promise<DeclaredFunctions> {
    readAt = Date.now();
    said.clear();
    const found = await declareFunctions(directory, options.env, options.project, options.signal);
    for (const { message } of found.faults) options.onNews("warning", message);
    const faulty = found.faults.filter(({ name }) => service.store.functions.get(name));
    for (const name of new Set(faulty.map(({ name }) => name))) {
      options.onNews("warning", `still serving the previous version of ${name}`);
    }
    const names = new Set([...found.functions, ...faulty].map(({ name }) => name));
    for (const { name, origin } of service.store.functions.all()) {
      if (origin !== "directory" || names.has(name)) continue;
      await service.store.functions.update(name, () => undefined);
    }
    const inDirectory = found.kind === "directory";
    for (const one of found.functions) await keep(one, inDirectory);
    for (const warning of found.warnings) options.onNews("warning", warning);
    return found;
  }

  /**
   * At first an error ends everything; later the function stays as it was, and the others go on.
   */
  async function keep(one: DeclaredFunction, hasUrl: boolean): Promise<void> {
    try {
      await keepRecord(one, hasUrl);
    } catch (error) {
      if (!isServing) throw error;
      options.onNews(
        "warning",
        `${(error as Error).message}\nstill serving the previous version of ${one.name}`,
      );
    }
  }

  async function keepRecord(one: DeclaredFunction, hasUrl: boolean): Promise<void> {
    const record = await recordOf(one, hasUrl);
    await service.store.functions.update(one.name, (previous) => {
      if (previous?.origin === "api") {
        options.onNews(
          "warning",
          `${one.name} was created through the API and is declared by ${one.source} too: the declared one is served now`,
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
    const layers = await declaredLayers(one, service.store);
    for (const arn of layers.missing) {
      warnOnce(
        `${one.source}: the layer ${arn} is not here, and functions run without it; publish it to this service (aws lambda publish-layer-version --endpoint-url ${service.url}), or name a folder`,
      );
    }
    for (const { arn, version } of layers.instead) {
      warnOnce(
        `${one.source}: this service does not have the version of the layer ${arn}; version ${version}, its newest of that name, is used`,
      );
    }
    const full: DeclaredFunction = {
      ...one,
      ...(override.memory !== undefined && { memory: override.memory }),
      ...(override.timeout !== undefined && { timeout: override.timeout }),
      environment: { ...one.environment, ...override.environment },
      // A folder of scripts without any configuration: everything is open.
      ...(hasUrl && { url: { authType: "NONE", invokeMode: "BUFFERED" } as const }),
    };
    const revision = randomUUID();
    return (previous) =>
      declareRecord(full, {
        region,
        accountId,
        endpoint: service.url,
        layers: layers.folders,
        attached: layers.attached,
        revision,
        previous,
      });
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
    const started = watchFolders([...roots], (paths) => next(() => apply(paths)), {
      onWarning: (message) => options.onNews("warning", message),
      since: readAt,
    });
    next(async () => {
      await started.ready;
      await catchUp();
    });
    return started;
  }

  function next(change: () => Promise<void>): void {
    lastChange = lastChange
      .then(() => (isClosed ? undefined : change()))
      .catch((error: Error) => {
        if (isClosed) return;
        options.onNews("warning", `${error.message}\nstill serving what was read before`);
      });
  }

  /** No event reports a file that was removed after it was read and before it was watched. */
  async function catchUp(): Promise<void> {
    // For a configuration, each file that was read is known, and it may do more than declare.
    if (declared.kind !== "directory") return;
    const { functions } = await declareFunctions(directory, options.env, options.project);
    if (JSON.stringify(functions) !== JSON.stringify(declared.functions)) await declareAgain([]);
  }

  async function declareAgain(paths: readonly string[]): Promise<void> {
    const before = watchedRoots(declared);
    const names = declared.functions.map(({ name }) => name);
    declared = await declare();
    announce(names, paths);
    if (watchedRoots(declared) === before) return;
    watching?.close();
    watching = watch();
  }

  async function apply(changed: readonly string[]): Promise<void> {
    const paths = await withoutOwnOutput(changed, options.isOwnOutput);
    if (paths.length === 0) return;
    for (const name of asked.keys()) service.retire(name);
    asked.clear();
    if (affectsDeclaration(directory, declared, paths)) {
      await declareAgain(paths);
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
    if (paths.length === 0) return;
    const shown = paths.slice(0, 3).map((path) => relative(directory, path) || ".");
    const more = paths.length > shown.length ? ` and ${paths.length - shown.length} more` : "";
    options.onNews("change", `${shown.join(", ")}${more} changed`);
  }

  /** The next invocation would fail, so its author is told now. */
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
    close() {
      isClosed = true;
      watching?.close();
    },
  };
}

async function withoutOwnOutput(
  paths: readonly string[],
  isOwnOutput: ServeOptions["isOwnOutput"],
): Promise<readonly string[]> {
  if (isOwnOutput === undefined) return paths;
  const own = await Promise.all(paths.map(isOwnOutput));
  return paths.filter((_, index) => !own[index]);
}

function watchedRoots({ functions, files }: DeclaredFunctions): string {
  return JSON.stringify([files, functions.map(({ root, layers }) => [root, layers])]);
}

function isInside(path: string, folder: string): boolean {
  return path === folder || path.startsWith(folder.endsWith(sep) ? folder : `${folder}${sep}`);
}
