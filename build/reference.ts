// Writes the pages that are made from tables of the host: docs/settings.md and docs/errors.md.
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { errorTable } from "../host/errors.ts";
import { settings } from "../host/settings.ts";

/** The pages by their paths in the repository; `npm run docs` writes them. */
export function reference(): Record<string, string> {
  return { "docs/settings.md": settingsPage(), "docs/errors.md": errorsPage() };
}

function settingsPage(): string {
  return `# Settings

Every setting is a variable of the function's environment. An unset or empty one means its default. An unknown \`STDLAMBDA_\` name or a value that is not allowed ends the function at init with [\`Runtime.InvalidSetting\`](errors.md), naming the nearest that is right.

${table(
  ["Variable", "Values, the default first", "Meaning"],
  settings.map(({ name, values, meaning }) => [
    code(name),
    values.map((value, at) => (at === 0 ? `**${code(value)}**` : code(value))).join(", "),
    meaning,
  ]),
)}

This page is made from the table in \`host/settings.ts\` by \`npm run docs\`.
`;
}

function errorsPage(): string {
  return `# Errors

What went wrong is the \`errorType\` of the error that the caller gets; \`errorMessage\` says what to do. A Step Functions \`Catch\` can name a type.

## Errors of the runtime

${table(
  ["`errorType`", "When"],
  Object.entries(errorTable).map(([type, meaning]) => [code(type), meaning]),
)}

\`Runtime.…\` at init is posted once, and the function ends; Lambda starts it again for the next event.

## Errors of a script

${table(["`errorType`", "When"], scriptErrors)}

What a function throws keeps its own name.

This page is made from the table in \`host/errors.ts\` by \`npm run docs\`.
`;
}

const scriptErrors: readonly (readonly [type: string, meaning: string])[] = [
  [
    "any",
    'The last line of stderr is a JSON object with an `errorType`: `{"errorType":"NoStock"}`.',
  ],
  [
    "`TypeError`, `ValueError`, …",
    "An exception of Node or Python that nothing caught: its class, without its module.",
  ],
  ["`Function.Exit3`, …", "Any other exit status but 0."],
  ["`Function.SIGSEGV`, …", "A signal ended the script."],
];

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  return [head, head.map(() => "---"), ...rows]
    .map((cells) => `| ${cells.map((cell) => cell.replaceAll("|", "\\|")).join(" | ")} |`)
    .join("\n");
}

function code(text: string): string {
  return `\`${text}\``;
}

if (import.meta.main) {
  for (const [path, page] of Object.entries(reference())) {
    writeFileSync(join(import.meta.dirname, "..", path), page);
  }
}
