// Writes the parts of pages that are made from tables in the code: docs/settings.md,
// docs/errors.md, and the operations in docs/local-service.md.
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { errorTable } from "../../host/errors.ts";
import { settings } from "../../host/settings.ts";
import { model } from "../../local/control/model.ts";
import { operations } from "../../local/control/operations.ts";
import { serveSettings } from "../../local/serve/settings.ts";

const checkout = join(import.meta.dirname, "../..");

/** The pages by their paths in the repository; `npm run docs` writes them. */
export function reference(): Record<string, string> {
  return {
    "docs/settings.md": settingsPage(),
    "docs/errors.md": errorsPage(),
    "docs/local-service.md": localServicePage(),
    "docs/serve.md": servePage(),
  };
}

function settingsPage(): string {
  return `# Settings

Every setting is a variable of the function's environment. An unset or empty one means its default. An unknown \`STDLAMBDA_\` name or a value that is not allowed ends the function at init with [\`Runtime.InvalidSetting\`](errors.md), naming the nearest that is right.

${table(
  ["Variable", "Values, the default first", "Meaning"],
  settings.map((setting) => [code(setting.name), valuesOf(setting), setting.meaning]),
)}

This page is made from the table in \`host/settings.ts\` by \`npm run docs\`.
`;
}

function valuesOf(setting: (typeof settings)[number]): string {
  if ("fits" in setting) return `${setting.words} (default: ${setting.usually})`;
  return setting.values
    .map((value, at) => (at === 0 ? `**${code(value)}**` : code(value)))
    .join(", ");
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

/** The subject of an operation, by its name; exactly one fits. */
const subjects: readonly (readonly [subject: string, names: RegExp])[] = [
  [
    "functions",
    /^[A-Z][a-z]+Function(?:s|Code|Configuration|CodeSigningConfig|RecursionConfig)?$|^GetRuntime/,
  ],
  ["versions", /^(?:Publish|List)Version/],
  ["aliases", /Alias(?:es)?$/],
  ["layers", /Layer/],
  ["function URLs", /FunctionUrl/],
  ["concurrency", /Concurrency$/],
  ["asynchronous invocation", /EventInvoke/],
  ["permissions", /^(?:AddPermission|GetPolicy|RemovePermission)$/],
  ["tags", /Tags$|[Tt]agResource$/],
  ["the account", /Account/],
];

function localServicePage(): string {
  const path = "docs/local-service.md";
  const names = Object.keys(operations);
  const rows = subjects.map(([subject, fits]) => [
    subject,
    names
      .filter((name) => fits.test(name))
      .map(code)
      .join(", "),
  ]);
  for (const name of names) {
    const found = rows.filter(([, listed]) => listed?.includes(code(name)));
    if (found.length !== 1) throw new Error(`${name} is in ${found.length} rows of subjects`);
  }
  const page = readFileSync(join(checkout, path), "utf8");
  const others = Object.keys(model.others).sort().map(code).join(", ");
  return withSection(
    withSection(page, "operations", table(["About", "Operations"], rows)),
    "other operations",
    others,
  );
}

function servePage(): string {
  const page = readFileSync(join(checkout, "docs/serve.md"), "utf8");
  const rows = serveSettings.map(({ option, name, usually, meaning }) => [
    code(option),
    code(name),
    usually,
    meaning,
  ]);
  const head = ["option", "variable", "default", "meaning"];
  return withSection(page, "serve settings", table(head, rows));
}

/** Replaces the text between the marks of a section in a page that is otherwise written by hand. */
function withSection(page: string, name: string, text: string): string {
  const [start, end] = [`<!-- ${name}: made by npm run docs -->`, `<!-- end of ${name} -->`];
  const [before, rest, ...more] = page.split(start);
  const after = rest?.split(end)[1];
  if (after === undefined || more.length > 0)
    throw new Error(`"${start}" and its end must stand once in the page`);
  return `${before}${start}\n${text}\n${end}${after}`;
}

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
    writeFileSync(join(checkout, path), page);
  }
}
