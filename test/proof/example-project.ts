// The examples as projects of a user: each folder with a configuration that names its functions.

import { execFileSync } from "node:child_process";
import { cpSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Architecture } from "../../lambda/architectures.ts";
import { missingTool } from "../helpers/missing-tool.ts";
import { projectEnvironment } from "../helpers/project-environment.ts";
import { temporaryFiles } from "../host/temporary-files.ts";
import { type Example, examples, examplesRoot, folders } from "../scripts-examples/examples.ts";

export interface ExampleFunction {
  readonly name: string;
  readonly handler: string;
  readonly example: Example;
  /** The reason of a skip: it is declared all the same only when this is `false`. */
  readonly missing: string | false;
}

export interface ExampleProject {
  /** The example's folder, by its name. */
  readonly name: string;
  /** Absolute: a copy outside of the checkout, with what the example has to be made of. */
  readonly root: string;
  readonly event: string;
  readonly functions: readonly ExampleFunction[];
  /** Of `stdlambda build` and `deploy`: how this example's README packs it. */
  readonly options: readonly string[];
}

export interface ProjectSettings {
  readonly architecture: Architecture;
  readonly runtime: "provided.al2023" | "nodejs24.x";
  /** Of every function. */
  readonly variables: Readonly<Record<string, string>>;
  /** Leaves out the npm packages that a layer brings. */
  readonly packagesByLayer?: boolean;
}

/** The programs that an example is compiled with, for the processor of the function. */
const compilers = { x86_64: "cc", arm64: "aarch64-linux-gnu-gcc" } as const;

const machine: Architecture = process.arch === "arm64" ? "arm64" : "x86_64";

/** All of them, in the order of the folders. */
export function exampleProjects(settings: ProjectSettings): ExampleProject[] {
  const parent = temporaryFiles();
  return folders.map((folder) => exampleProject(folder, join(parent, folder), settings));
}

function exampleProject(name: string, root: string, settings: ProjectSettings): ExampleProject {
  cpSync(join(examplesRoot, name), root, { recursive: true });
  const isBundled = name === "04-bundle";
  const functions = examples
    .filter(({ folder }) => folder === name)
    .map((example) => ({
      name: nameOf(example),
      // Made by hand in the README, by `stdlambda build --bundle` here.
      handler: isBundled ? "src/report.ts" : example.handler,
      example,
      missing: missingTool(toolsOf(example, settings.architecture)),
    }));
  const declared = functions.filter(({ missing }) => missing === false);
  if (isBundled) install("get-stream", root);
  else for (const { example } of declared) make(example, root, settings);
  const configuration = {
    defaults: {
      runtime: settings.runtime,
      architecture: settings.architecture,
      // An emulated processor takes its time, and Node's memory with it.
      memory: settings.architecture === machine ? 256 : 1024,
      timeout: 60,
      environment: settings.variables,
    },
    functions: Object.fromEntries(
      declared.map(({ name: key, handler, example }) => [
        key,
        { handler, environment: example.env ?? {} },
      ]),
    ),
  };
  writeFileSync(join(root, "stdlambda.config.json"), JSON.stringify(configuration, null, 2));
  const byLayer = settings.packagesByLayer ? ["--external", "@aws-sdk/client-s3"] : [];
  return {
    name,
    root,
    event: join(root, "event.json"),
    functions,
    options: isBundled ? ["--bundle"] : byLayer,
  };
}

/** As `npm install` does; the checkout has it. */
function install(name: string, root: string): void {
  mkdirSync(join(root, "node_modules"));
  symlinkSync(join(examplesRoot, "../node_modules", name), join(root, "node_modules", name));
}

function make(
  { folder, make: command }: Example,
  root: string,
  { architecture, packagesByLayer }: ProjectSettings,
): void {
  if (command === undefined || (packagesByLayer && command.includes("node_modules"))) return;
  const tool = machine === architecture ? "cc" : compilers[architecture];
  execFileSync("sh", ["-euc", command.replace(/^cc /, `${tool} `)], {
    cwd: root,
    env: { ...projectEnvironment(), EXAMPLE: join(examplesRoot, folder) },
    stdio: ["ignore", "ignore", "inherit"],
  });
}

function toolsOf({ needs = [] }: Example, architecture: Architecture): string[] {
  return needs.map((tool) =>
    tool === "cc" && architecture !== machine ? compilers[architecture] : tool,
  );
}

/** As Lambda allows it, and not twice. */
function nameOf({ folder, handler, expected }: Example): string {
  const words = `${folder}-${handler}-${expected.split(".")[0]}`;
  return words.replace(/[^A-Za-z0-9]+/g, "-").slice(0, 64);
}

/** The bytes that the example's function answers, or the error. */
export function expectedAnswer({ folder, expected }: Example): Buffer {
  return readFileSync(join(examplesRoot, folder, expected));
}
