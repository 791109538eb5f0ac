// The first screen of `stdlambda dev`: the functions, and a line to paste for each way to call one.
import { withoutStyles } from "../../host/control-characters.ts";
import type {
  DeclaredFunction,
  DeclaredFunctions,
  DeclaredUrl,
} from "../../project/declared-function.ts";
import type { Palette } from "../terminal/output.ts";

export interface DevScreen {
  readonly url: string;
  readonly declared: DeclaredFunctions;
  readonly token: string | undefined;
  readonly region: string;
  /** Whether AWS's clients find credentials here; if not, the lines include some. */
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
    ...table(functions.flatMap((one) => rowsOf(one, { ...screen, url }, palette))),
    ...(example === undefined ? [empty] : ["", ...calls({ ...screen, url }, example, palette)]),
    "",
  ];
  return `${lines.join("\n")}\n`;
}

/** A row for the function with its first URL, and a row for each other URL. */
function rowsOf(one: DeclaredFunction, screen: DevScreen, { bold }: Palette): string[][] {
  const runtime = one.runtime.startsWith("node") ? `${one.runtime}  ` : "";
  const [first = "", ...others] = urlsOf(one, screen.declared.kind).map(([path, declared]) =>
    curl(`${screen.url}${path}`, declared, screen),
  );
  return [
    [bold(one.name), one.handler, `${runtime}${first}`],
    ...others.map((line) => ["", "", line]),
  ];
}

/** A script of a folder without configuration always has a URL. */
function urlsOf(
  { name, alias, url, aliasUrls = {} }: DeclaredFunction,
  kind: DeclaredFunctions["kind"],
): [path: string, DeclaredUrl][] {
  const own = url ?? (kind === "directory" ? openUrl : undefined);
  const pathOf = (qualifier?: string) =>
    `/lambda-url/${qualifier === undefined ? name : `${name}:${qualifier}`}/`;
  const others = Object.entries(aliasUrls).map(([qualifier, declared]): [string, DeclaredUrl] => [
    pathOf(qualifier),
    declared,
  ]);
  return own === undefined ? others : [[pathOf(alias), own], ...others];
}

const openUrl: DeclaredUrl = { authType: "NONE", invokeMode: "BUFFERED" };

/** Signatures are not verified, so any key works. */
function curl(
  address: string,
  { authType, invokeMode }: DeclaredUrl,
  { token, region }: DevScreen,
): string {
  const stream = invokeMode === "RESPONSE_STREAM" ? " -N" : "";
  const isSigned = authType === "AWS_IAM";
  const signed = isSigned ? ` --aws-sigv4 aws:amz:${region}:lambda -u ${token ?? "any"}:any` : "";
  const header = token === undefined || isSigned ? "" : tokenHeader(token);
  return `curl${stream}${signed}${header} ${address}`;
}

const tokenHeader = (token: string) => ` -H 'X-Stdlambda-Token: ${token}'`;

/** An address that means every address of this machine cannot be called. */
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
  const header = token === undefined ? "" : tokenHeader(token);
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
