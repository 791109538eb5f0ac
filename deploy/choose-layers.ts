// Which layers a function gets, in their order: the host's first, so that its own can cover it.

import { basename, resolve as resolvePath, sep } from "node:path";
import { ExpectedError } from "../host/expected-error.ts";
import type { Architecture } from "../lambda/architectures.ts";
import { isArn, layerArn } from "../lambda/arns.ts";
import { asName, maximumNameLength } from "../lambda/names.ts";
import { isLanguageRuntime, isOnAmazonLinux2, osOnlyRuntime } from "../lambda/runtimes.ts";
import { checkLayer } from "./check-layer.ts";
import type { CurrentFunction } from "./current-function.ts";
import type { HostPlace } from "./environment.ts";
import { hostLayer } from "./host-layer.ts";
import { isHostLayer } from "./is-host-layer.ts";
import { layerZip } from "./layer-zip.ts";
import {
  type FoundLayer,
  findLayer,
  type LayerContent,
  listVersions,
  publishLayer,
} from "./publish-layer.ts";
import type { Session } from "./session.ts";
import { requireUploadable, type UploadTarget } from "./upload.ts";
import type { WantedFunction } from "./wanted-function.ts";
import { bringsBootstrap } from "./zip-difference.ts";

export interface LayerSettings {
  /** `--layer`: ARNs, names, zips and folders instead of the host's own layer. */
  readonly layers: readonly string[] | undefined;
  /** The folder for the zips of layers that are folders. */
  readonly output: string;
  /** Of this command: npm's cache and configuration. */
  readonly env: NodeJS.ProcessEnv;
  readonly target: UploadTarget | undefined;
  /** Whether nothing may be published. */
  readonly dryRun: boolean;
}

export interface ChosenLayers {
  /** ARNs; in a dry run, that of a layer to be published ends in `:new`. */
  readonly arns: readonly string[];
  readonly host: HostPlace;
}

export async function chooseLayers(
  wanted: WantedFunction,
  {
    runtime,
    architecture,
    bringsBootstrap: isOwnRuntime,
    isForHost,
    current,
  }: {
    readonly runtime: string;
    readonly architecture: Architecture;
    readonly bringsBootstrap: boolean;
    readonly isForHost: boolean;
    readonly current: CurrentFunction | undefined;
  },
  options: LayerSettings,
  session: Session,
): Promise<ChosenLayers> {
  const { layers: named } = options;
  const isCalledByAws = isLanguageRuntime(runtime) && !isForHost;
  const names = layerNames([...(named ?? []), ...wanted.layers]);
  const own = await resolve(wanted.layers, names, architecture, options, session);
  const kept = wanted.keepsOtherLayers ? otherLayers(current, own.arns) : [];
  // The layers that stay already fitted the function.
  if (current?.configuration.Architectures?.[0] !== architecture) {
    for (const arn of kept) await checkLayer(arn, architecture, session);
  }
  if (named !== undefined) {
    const { arns } = await resolve(named, names, architecture, options, session);
    const place = isOwnRuntime ? "function" : arns.length > 0 ? "layer" : "none";
    const host = isCalledByAws ? "none" : place;
    return { arns: unique([...arns, ...own.arns, ...kept]), host };
  }
  const others = unique([...own.arns, ...kept]);
  if (isCalledByAws) return { arns: others, host: "none" };
  if (isOwnRuntime) return { arns: others, host: "function" };
  if (own.bringsHost) return { arns: others, host: "layer" };
  const mode = modeFor(runtime);
  const content = await hostLayer(mode, architecture, { env: options.env, ...session });
  const host = await obtain(content, options, session);
  return { arns: unique([host, ...others]), host: "layer" };
}

/** @throws ExpectedError for a runtime on which a layer cannot start the host. */
function modeFor(runtime: string): "full" | "thin" {
  if (runtime === osOnlyRuntime) return "full";
  if (/^nodejs\d+\.x$/.test(runtime)) return "thin";
  if (isLanguageRuntime(runtime) && !isOnAmazonLinux2(runtime)) return "full";
  const why =
    runtime === "provided.al2" || isOnAmazonLinux2(runtime)
      ? "its glibc is older than Node needs"
      : "only the OS-only runtime and AWS's runtimes of Node, Python and Ruby start a bootstrap from a layer";
  throw new ExpectedError(`the host does not run on ${runtime}: ${why}`, {
    remedy:
      "Choose provided.al2023 or nodejs24.x, or use --layer none with a package that has its own bootstrap",
  });
}

/** Attached by hand or by another tool, such as an extension for monitoring. */
function otherLayers(current: CurrentFunction | undefined, own: readonly string[]): string[] {
  const arns = (current?.configuration.Layers ?? []).flatMap(({ Arn }) => Arn ?? []);
  const taken = new Set(own.map(nameOf));
  return arns.filter((arn) => !isHostLayer(arn) && !taken.has(nameOf(arn)));
}

/** Also for the placeholder of a version that a dry run does not publish. */
function nameOf(arn: string): string {
  return /:layer:([^:]+):/.exec(arn)?.[1] ?? arn;
}

/** Lambda accepts one version of a layer; the first one is the one that is meant. */
function unique(arns: readonly string[]): string[] {
  const layerOf = (arn: string) => arn.replace(/:\d+$/, "");
  return arns.filter((arn, at) => arns.findIndex((one) => layerOf(one) === layerOf(arn)) === at);
}

async function resolve(
  layers: readonly string[],
  names: ReadonlyMap<string, string>,
  architecture: Architecture,
  options: LayerSettings,
  session: Session,
): Promise<{ arns: string[]; bringsHost: boolean }> {
  const arns: string[] = [];
  let bringsHost = false;
  for (const layer of layers) {
    if (isArn(layer)) {
      await checkLayer(layer, architecture, session);
      arns.push(layer);
    } else if (isPath(layer)) {
      const name = names.get(layer) as string;
      const { zip, warnings } = await layerZip(layer, name, options.output);
      for (const warning of warnings) session.steps.warn(warning);
      bringsHost ||= await bringsBootstrap(zip.path);
      const description = `The layer ${basename(layer)}.`;
      arns.push(await obtain({ name, zip, description }, options, session));
    } else {
      arns.push(await newest(layer, session));
    }
  }
  return { arns, bringsHost: bringsHost || arns.some(isHostLayer) };
}

/** The name of a folder or a zip on Lambda; `stdlambda layer build` writes layer-full-arm64.zip. */
function layerName(path: string, depth = 1): string {
  const parts = resolvePath(path).split(sep).filter(Boolean).slice(-depth);
  const name = parts
    .join("-")
    .replace(/\.zip$/, "")
    .replace(/^layer-(?=(?:full|thin)-)/, "stdlambda-");
  return asName(name).slice(0, maximumNameLength);
}

/**
 * By path: layers that would have the same name get as much of their path as distinguishes them.
 */
function layerNames(layers: readonly string[]): Map<string, string> {
  const paths = [...new Set(layers.filter(isPath))];
  const names = new Map<string, string>();
  for (const path of paths) {
    const others = paths.filter((other) => other !== path);
    const longest = path.split(sep).length;
    for (let depth = 1; depth <= longest + 1; depth++) {
      const name = layerName(path, depth);
      names.set(path, name);
      if (!others.some((other) => layerName(other, depth) === name)) break;
    }
  }
  return names;
}

function isPath(layer: string): boolean {
  return !isArn(layer) && /[/\\.]/.test(layer);
}

async function obtain(
  content: LayerContent,
  options: LayerSettings,
  session: Session,
): Promise<string> {
  if (!options.dryRun) return (await publishLayer(content, options.target, session)).arn;
  const found: FoundLayer | undefined = await findLayer(content, session);
  if (found === undefined) requireUploadable(content.zip, options.target);
  return found?.arn ?? layerArn({ region: session.region, accountId: "…" }, content.name, "new");
}

async function newest(name: string, session: Session): Promise<string> {
  const [version] = await listVersions(name, session);
  if (version?.LayerVersionArn !== undefined) return version.LayerVersionArn;
  throw new ExpectedError(`there is no layer ${name} in ${session.region}`, {
    remedy: `stdlambda layer publish --name ${name} creates one; write a folder or a zip with its path, as in ./${name}`,
  });
}
