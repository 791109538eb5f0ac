// The files of a new project: the base, the function and its infrastructure, filled in.

import { existsSync } from "node:fs";
import { readdir, readFile, stat } from "node:fs/promises";
import { join, sep } from "node:path";
import { version } from "../../host/version.ts";
import type { Architecture } from "../../lambda/architectures.ts";
import { osOnlyRuntime } from "../../lambda/runtimes.ts";
import { fillTemplate, type TemplateValues } from "./fill-template.ts";
import { mergeManifests } from "./merge-manifests.ts";
import { templateFolder } from "./template-folder.ts";
import { type Infrastructure, type Template, type TemplateName, templates } from "./templates.ts";

export interface ProjectFile {
  /** Relative to the project, with `/`. */
  readonly path: string;
  readonly text: string;
  readonly executable: boolean;
}

export interface ProjectChoice {
  /** The project's name, for its npm package and its stack. */
  readonly project: string;
  readonly template: TemplateName;
  readonly infrastructure: Infrastructure;
  readonly architecture: Architecture;
  /** The version of stdlambda in package.json. @default its own version */
  readonly stdlambda?: string;
}

/** npm leaves files with these names out of a package, so they are stored under other names. */
const renamed: Readonly<Record<string, string>> = { gitignore: ".gitignore" };

/** Parts of the README: how a project is deployed, and what Lambda's own system lacks for it. */
const parts = { deploy: "DEPLOY.md", onLambda: "ON-LAMBDA.md" } as const;
const partNames: ReadonlySet<string> = new Set(Object.values(parts));

/** By their paths, in no particular order. */
export async function projectFiles(choice: ProjectChoice): Promise<ProjectFile[]> {
  const { template: name, infrastructure } = choice;
  const template: Template = templates[name];
  const folder = templateFolder();
  const sections = sectionsOf(template);
  const words = valuesOf(choice, template);
  const manifests: string[] = [];
  const files = new Map<string, ProjectFile>();
  const fill = (text: string) => fillTemplate(text, words, sections).trimEnd();
  const deployFile = join(folder, "infrastructure", infrastructure, parts.deploy);
  const onLambda = fill(await readIfThere(join(folder, name, parts.onLambda)));
  const values: TemplateValues = {
    ...words,
    deploy: fill(await readFile(deployFile, "utf8")),
    onLambda: onLambda === "" ? "" : `${onLambda}\n`,
  };
  for (const part of ["base", name, join("infrastructure", infrastructure)]) {
    for (const path of await filesOf(join(folder, part))) {
      if (partNames.has(path)) continue;
      const file = join(folder, part, path);
      const text = fillTemplate(await readFile(file, "utf8"), values, sections);
      if (path === "package.json") manifests.push(text);
      const executable = isScript(text);
      files.set(path, { path: renamed[path] ?? path, text, executable });
    }
  }
  // The functions are declared once; with SAM that is the template.
  if (infrastructure === "sam") files.delete("stdlambda.config.json");
  const manifest = { path: "package.json", text: mergeManifests(manifests), executable: false };
  files.set("package.json", manifest);
  return [...files.values()];
}

function sectionsOf({
  runtime,
  trigger,
  byHand,
  byHandOutput,
  request,
}: Template): ReadonlySet<string> {
  return new Set([
    runtime === undefined ? "host" : "language",
    ...(trigger === undefined ? [] : [trigger]),
    ...(byHand === undefined ? [] : ["byHand"]),
    ...(byHand === undefined || byHandOutput === "" ? [] : ["byHandOutput"]),
    ...(request === undefined ? [] : ["request"]),
  ]);
}

const scriptConvention =
  "The convention: the event is stdin, the context is the environment (`LAMBDA_RUNTIME_*`), stdout is the response, stderr is the log, the exit status says whether it worked.";

function valuesOf(choice: ProjectChoice, template: Template): TemplateValues {
  const { function: functionName, handler, timeout, tryService = "" } = template;
  return {
    project: choice.project,
    version,
    stdlambda: choice.stdlambda ?? version,
    architecture: choice.architecture,
    about: template.about,
    convention: template.convention ?? scriptConvention,
    function: functionName,
    handler,
    timeout: String(timeout),
    runtime: template.runtime ?? osOnlyRuntime,
    script: template.script ?? "",
    family: template.runtime?.replace(/[\d.]+$/, "").toUpperCase() ?? "",
    logicalId: functionName[0]?.toUpperCase() + functionName.slice(1),
    byHand: template.byHand ?? "",
    byHandOutput: template.byHandOutput ?? template.expected,
    request: template.request ?? "",
    answer: template.answer ?? "",
    expected: template.expected,
    declaration: choice.infrastructure === "sam" ? "template.yaml" : "stdlambda.config.json",
    tryService,
  };
}

async function readIfThere(file: string): Promise<string> {
  return existsSync(file) ? readFile(file, "utf8") : "";
}

async function filesOf(folder: string): Promise<string[]> {
  const names = await readdir(folder, { recursive: true });
  const isFile = await Promise.all(
    names.map(async (name) => (await stat(join(folder, name))).isFile()),
  );
  return names.filter((_, at) => isFile[at]).map((name) => name.replaceAll(sep, "/"));
}

function isScript(text: string): boolean {
  return text.startsWith("#!");
}
