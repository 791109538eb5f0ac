// Shows a plan and its result to people.
import { type Change, hideSecrets } from "../../deploy/change.ts";
import type { Deployment } from "../../deploy/deploy-function.ts";
import type { Plan } from "../../deploy/plan.ts";
import type { Palette } from "../terminal/output.ts";

const verbs = {
  create: "will be created",
  update: "will be changed",
  none: "is up to date",
} as const;

const mostFiles = 30;

/** `~ MemorySize  128 -> 256`, a line for each change. */
export function describePlan(
  { name, action, changes }: Pick<Plan, "name" | "action" | "changes">,
  { showValues, isDone = false }: { readonly showValues: boolean; readonly isDone?: boolean },
  { bold, dim }: Palette,
): string {
  const all = showValues ? changes : hideSecrets(changes);
  // Packages of npm are thousands of files; --json lists them all.
  const files = all.filter(({ field }) => field.startsWith("Code."));
  const omitted = new Set(files.slice(mostFiles));
  const shown = all.filter((change) => !omitted.has(change));
  const width = Math.max(0, ...shown.map(({ field }) => field.length));
  const verb = isDone ? { create: "created", update: "changed", none: verbs.none } : verbs;
  const lines = shown.map((change) => `  ${describeChange(change, width, dim)}`);
  const rest = omitted.size > 0 ? [`  and ${omitted.size} more files`] : [];
  return [`${bold(name)} ${verb[action]}`, ...lines, ...rest, ""].join("\n");
}

function describeChange(
  { field, before, after }: Change,
  width: number,
  dim: Palette["dim"],
): string {
  const name = field.padEnd(width);
  if (before === undefined) return `+ ${name}  ${text(after)}`;
  if (after === undefined) return `- ${name}  ${dim(text(before))}`;
  return `~ ${name}  ${dim(text(before))} -> ${text(after)}`;
}

/** One line, whatever a value contains: it must not steer a terminal. */
function text(value: unknown): string {
  if (Array.isArray(value)) return value.map(text).join(", ");
  const json = JSON.stringify(value) ?? "";
  return typeof value === "string" && json === `"${value}"` ? value : json;
}

/** What can be called after a deployment. */
export function describeOutcome({ plan, current, applied }: Deployment, { dim }: Palette): string {
  const { alias } = plan.wanted;
  const arn = applied?.arn ?? current?.configuration.FunctionArn;
  const version = applied?.version ?? current?.alias?.FunctionVersion;
  const url = applied === undefined ? current?.url?.FunctionUrl : applied.url;
  return [
    ...(arn === undefined ? [] : [`  ${arn}${alias === undefined ? "" : `:${alias}`}`]),
    ...(version === undefined ? [] : [dim(`  version ${version}`)]),
    ...(url === undefined ? [] : [`  ${url}`]),
    "",
  ].join("\n");
}

export function deploymentAsJson(
  { plan, current, applied }: Deployment,
  showValues: boolean,
): object {
  const { name, action, changes, warnings, wanted } = plan;
  return {
    name,
    action,
    arn: applied?.arn ?? current?.configuration.FunctionArn,
    alias: wanted.alias,
    version: applied?.version ?? current?.alias?.FunctionVersion,
    url: applied === undefined ? current?.url?.FunctionUrl : applied.url,
    architecture: plan.architecture,
    codeSha256: plan.package.codeSha256,
    changes: showValues ? changes : hideSecrets(changes),
    warnings,
  };
}
