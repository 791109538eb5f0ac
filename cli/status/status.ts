// `stdlambda status`: one deployed function, with its versions, aliases and URLs.
import { readableSize } from "../../build/zip/readable-size.ts";
import {
  type DescribedFunction,
  type DescribedUrl,
  describeFunction,
} from "../../deploy/describe-function.ts";
import { type ServiceOptions, withSession } from "../service/deploy-session.ts";
import { noFunction } from "../service/no-function.ts";
import { columns } from "../terminal/columns.ts";
import { createPalette } from "../terminal/output.ts";
import type { Surroundings } from "../terminal/surroundings.ts";

/** The exit status is 1 when the function cannot run as it is. */
export function status(
  name: string,
  options: ServiceOptions,
  surroundings: Surroundings,
): Promise<number> {
  const { stdout, env } = surroundings;
  return withSession(options, surroundings, async (session) => {
    session.steps.step(`Reading ${name}`);
    const found = await describeFunction(name, session);
    if (found === undefined) throw noFunction(name, session);
    const { bold, dim } = createPalette(stdout, env);
    const rows = facts(found);
    const text = options.json
      ? JSON.stringify(asJson(found), null, 2)
      : columns(rows.map(([label, value]) => [dim(label), value]))
          .with(0, bold(name))
          .join("\n");
    await session.print(`${text}\n`);
    const { State, LastUpdateStatus } = found.configuration;
    return State === "Failed" || LastUpdateStatus === "Failed" ? 1 : 0;
  });
}

function facts(found: DescribedFunction): [string, string][] {
  const { configuration, reservedConcurrency, deployedBy, versions, aliases, urls } = found;
  const { Environment, Layers = [] } = configuration;
  const concurrency = reservedConcurrency === undefined ? "shared" : `${reservedConcurrency}`;
  const names = Object.keys(Environment?.Variables ?? {});
  return [
    ["", ""],
    ["arn", configuration.FunctionArn ?? ""],
    ["state", stateOf(configuration)],
    ["runtime", `${configuration.Runtime ?? "image"}, ${configuration.Architectures?.[0]}`],
    ["handler", configuration.Handler ?? ""],
    ["memory", `${configuration.MemorySize} MB`],
    ["timeout", `${configuration.Timeout} s`],
    ["concurrency", concurrency],
    ["role", configuration.Role ?? ""],
    ["variables", names.sort().join(", ") || "none"],
    ["code", `${readableSize(configuration.CodeSize ?? 0)}, sha256 ${configuration.CodeSha256}`],
    ...list(
      "layer",
      Layers.map(({ Arn = "" }) => Arn),
    ),
    ["modified", configuration.LastModified ?? ""],
    ["deployed by", deployedBy === undefined ? "something else" : `stdlambda ${deployedBy}`],
    ["versions", versions.join(", ") || "none"],
    ...list("alias", aliases.map(describeAlias)),
    ...list("url", urls.map(describeUrl)),
  ];
}

function stateOf({
  State,
  StateReason,
  LastUpdateStatus,
  LastUpdateStatusReason,
}: DescribedFunction["configuration"]): string {
  const state = StateReason ? `${State} (${StateReason})` : `${State}`;
  if (LastUpdateStatus === undefined || LastUpdateStatus === "Successful") return state;
  const reason = LastUpdateStatusReason ? ` (${LastUpdateStatusReason})` : "";
  return `${state}, last update ${LastUpdateStatus}${reason}`;
}

/** The label only on the first line. */
function list(label: string, values: readonly string[]): [string, string][] {
  return values.map((value, at) => [at === 0 ? label : "", value]);
}

function describeAlias({ Name, FunctionVersion, RoutingConfig }: DescribedFunction["aliases"][0]) {
  const weights = Object.entries(RoutingConfig?.AdditionalVersionWeights ?? {});
  const shared = weights.map(
    // Percentages of binary fractions: 0.07 gives 7.000000000000001.
    ([version, weight]) => `, ${Number((weight * 100).toPrecision(12))} % of the calls ${version}`,
  );
  return `${Name} -> ${FunctionVersion}${shared.join("")}`;
}

function describeUrl({ url, alias, authType, invokeMode, isOpenToAll }: DescribedUrl): string {
  const access =
    authType === "AWS_IAM"
      ? "signed calls only"
      : isOpenToAll
        ? "open to everybody"
        : "open, but a permission is missing: stdlambda deploy --url adds it";
  const streamed = invokeMode === "RESPONSE_STREAM" ? ", streamed" : "";
  return `${url} (${alias === undefined ? "" : `${alias}, `}${access}${streamed})`;
}

/** The names of variables without their values. */
function asJson(found: DescribedFunction): object {
  const { configuration, aliases, ...rest } = found;
  return {
    name: configuration.FunctionName,
    arn: configuration.FunctionArn,
    state: configuration.State,
    lastUpdateStatus: configuration.LastUpdateStatus,
    runtime: configuration.Runtime,
    architecture: configuration.Architectures?.[0],
    handler: configuration.Handler,
    memory: configuration.MemorySize,
    timeout: configuration.Timeout,
    role: configuration.Role,
    variables: Object.keys(configuration.Environment?.Variables ?? {}).sort(),
    codeSha256: configuration.CodeSha256,
    codeSize: configuration.CodeSize,
    layers: (configuration.Layers ?? []).map(({ Arn }) => Arn),
    lastModified: configuration.LastModified,
    aliases: aliases.map(({ Name, FunctionVersion }) => ({ name: Name, version: FunctionVersion })),
    ...rest,
  };
}
