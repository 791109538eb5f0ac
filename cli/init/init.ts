// `stdlambda init`: starts a project in a folder.

import { resolve } from "node:path";
import { ExpectedError, incorrectUsage } from "../../host/expected-error.ts";
import { type Architecture, architectureOf } from "../../lambda/architectures.ts";
import { ownDependency } from "../../project/init/own-dependency.ts";
import { projectFiles } from "../../project/init/project-files.ts";
import { projectName } from "../../project/init/project-name.ts";
import {
  type Infrastructure,
  infrastructures,
  type Template,
  type TemplateName,
  templates,
} from "../../project/init/templates.ts";
import { writeProject } from "../../project/init/write-project.ts";
import { createPalette, write } from "../terminal/output.ts";
import { openQuestions } from "../terminal/questions.ts";
import { shellQuote } from "../terminal/shell-quote.ts";
import { shownPath } from "../terminal/shown-path.ts";
import type { Surroundings } from "../terminal/surroundings.ts";

export interface InitOptions {
  readonly template?: TemplateName;
  readonly iac?: Infrastructure;
  readonly arch?: Architecture;
  readonly yes?: boolean;
  readonly quiet?: boolean;
  readonly json?: boolean;
}

/** The exit status is 0; every failure is an error that the user can correct. */
export async function init(
  directory: string,
  options: InitOptions,
  surroundings: Surroundings,
): Promise<number> {
  const folder = resolve(directory);
  const { stdout, env } = surroundings;
  const { template, infrastructure } = await chooseKind(options, surroundings);
  const architecture = options.arch ?? architectureOf(process.arch);
  const project = projectName(folder);
  const files = await projectFiles({
    ...{ project, template, infrastructure, architecture },
    stdlambda: ownDependency(folder),
  });
  await writeFiles(directory, folder, files);

  const paths = files.map(({ path }) => path).sort();
  if (options.json) {
    const result = { directory: folder, project, template, iac: infrastructure, architecture };
    await write(stdout, `${JSON.stringify({ ...result, files: paths })}\n`);
  } else if (!options.quiet) {
    const { bold, dim } = createPalette(stdout, env);
    const made = paths.map((path) => `  ${path}\n`).join("");
    await write(stdout, `${made}${nextSteps(folder, template, { bold, dim })}`);
  }
  return 0;
}

async function chooseKind(
  { template, iac, yes }: InitOptions,
  surroundings: Surroundings,
): Promise<{ template: TemplateName; infrastructure: Infrastructure }> {
  const { stdin, stderr } = surroundings;
  const isComplete = template !== undefined && iac !== undefined;
  if (isComplete || yes || stdin.isTTY !== true || stderr.isTTY !== true) {
    return { template: template ?? "ts", infrastructure: iac ?? "none" };
  }
  using questions = openQuestions(surroundings);
  return {
    template: template ?? (await questions.ask("Which template?", summaries())),
    infrastructure: iac ?? (await questions.ask("How is it deployed?", infrastructures)),
  };
}

function summaries(): Record<TemplateName, string> {
  const entries = Object.entries(templates).map(([name, { summary }]) => [name, summary]);
  return Object.fromEntries(entries);
}

async function writeFiles(
  directory: string,
  ...[folder, files]: Parameters<typeof writeProject>
): Promise<void> {
  try {
    await writeProject(folder, files);
  } catch (error) {
    if (error instanceof ExpectedError) throw error;
    if (error instanceof Error && "code" in error) {
      throw incorrectUsage(`the project cannot be written to ${directory}: ${error.message}`, {
        remedy: "Name a folder that you can write to",
      });
    }
    throw error;
  }
}

function nextSteps(
  folder: string,
  template: TemplateName,
  { bold, dim }: { bold(text: string): string; dim(text: string): string },
): string {
  const { function: name, request }: Template = templates[template];
  const event = request === undefined ? "-f event.json" : `--http ${request}`;
  const there = shownPath(folder);
  const steps = [
    ...(there === "." ? [] : [`cd ${shellQuote(there)}`]),
    "npm install",
    `npx stdlambda invoke ${name} --root . ${event}`,
    "npx stdlambda dev",
  ];
  const lines = steps.map((step) => `  ${bold(step)}\n`).join("");
  return `\nNext:\n${lines}${dim("README.md says how to deploy it.")}\n`;
}
