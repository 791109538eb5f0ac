// The first screen of `stdlambda dev`: the functions, and a line to paste for each way to call one.
import { withoutStyles } from "../../host/control-characters.ts";
import type { DeclaredFunctions } from "../../project/declared-function.ts";
import type { Palette } from "../terminal/output.ts";

export interface DevScreen {
  readonly url: string;
  readonly declared: DeclaredFunctions;
  readonly token: string | undefined;
  readonly region: string;
  /** Whether AWS's clients find credentials here; else the lines bring some. */
  readonly hasCredentials: boolean;
}

export function devScreen(screen: DevScreen, palette: Palette): string {
  const url = callableUrl(screen.url);
  const { declared } = screen;
  const { functions, source } = declared;
  const count = functions.length === 1 ? "1 function" : `${functions.length} functions`;
  const title = `stdlambda on ${palette.bold(url)}  ${palette.dim(`${count} of ${source}`)}`;
  const example = functions[0]?.name;
  const lines = [
    title,
    "",
    ...table(
      functions.map(({ name, handler, runtime, url: own, alias }) => [
        palette.bold(name),
        handler,
        [
          runtime.startsWith("node") ? runtime : "",
          own || declared.kind === "directory"
            ? `${url}/lambda-url/${alias === undefined ? name : `${name}:${alias}`}/`
            : "",
        ]
          .filter(Boolean)
          .join("  "),
      ]),
    ),
    ...(example === undefined ? [empty] : ["", ...calls({ ...screen, url }, example, palette)]),
    "",
  ];
  return `${lines.join("\n")}\n`;
}

/** Every address of this machine is no address to call. */
function callableUrl(url: string): string {
  return url.replace("//0.0.0.0:", "//127.0.0.1:").replace("//[::]:", "//[::1]:");
}

const empty = `No functions yet: put a script into the directory, or create a function through the API
(aws lambda create-function, or any tool that speaks to Lambda).`;

function calls(
  { url, token, region, hasCredentials }: DevScreen,
  name: string,
  { dim }: Palette,
): string[] {
  const header = token === undefined ? "" : ` -H 'X-Stdlambda-Token: ${token}'`;
  const credentials = `AWS_ACCESS_KEY_ID=${token ?? "any"} AWS_SECRET_ACCESS_KEY=any`;
  const needed = token === undefined && hasCredentials ? "" : credentials;
  const before = needed === "" ? "" : `${needed} `;
  const own = token === undefined ? "" : `${credentials} `;
  return [
    dim("Call one:"),
    `  curl${header} ${url}/2015-03-31/functions/${name}/invocations -d '{}'`,
    `  ${before}aws lambda invoke --endpoint-url ${url} --region ${region} --function-name ${name} --cli-binary-format raw-in-base64-out --payload '{}' /dev/stdout`,
    `  ${own}stdlambda invoke ${name} --endpoint-url ${url} -d '{}'`,
    dim("From any AWS SDK:"),
    `  export AWS_ENDPOINT_URL_LAMBDA=${url} AWS_REGION=${region} ${needed}`.trimEnd(),
  ];
}

/** Columns as wide as what is seen in them: styles take no room. */
function table(rows: readonly (readonly string[])[]): string[] {
  const widths = [0, 1].map((column) =>
    Math.max(0, ...rows.map((row) => visible(row[column] ?? ""))),
  );
  return rows.map((row) =>
    `  ${row.map((cell, column) => cell + " ".repeat(Math.max(0, (widths[column] ?? 0) - visible(cell)))).join("  ")}`.trimEnd(),
  );
}

function visible(text: string): number {
  return withoutStyles(text).length;
}
