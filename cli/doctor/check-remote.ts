// What only Lambda itself knows: whether it accepts the credentials, and which layers exist.

import {
  GetAccountSettingsCommand,
  LambdaClient,
  ListLayerVersionsCommand,
} from "@aws-sdk/client-lambda";
import { hostLayerName } from "../../deploy/host-layer.ts";
import { version } from "../../host/version.ts";
import { architectures } from "../../lambda/architectures.ts";
import { deployEndpoint } from "../service/deploy-endpoint.ts";
import { deployFault } from "../service/deploy-fault.ts";
import { type ClientOptions, clientConfiguration } from "../service/service-client.ts";
import type { EndpointOptions } from "../service/service-endpoint.ts";
import type { Finding } from "./finding.ts";

export async function checkRemote(
  options: EndpointOptions & ClientOptions,
  env: NodeJS.ProcessEnv,
  signal: AbortSignal | undefined,
): Promise<Finding[]> {
  const endpoint = await deployEndpoint(options, env);
  const client = new LambdaClient({
    ...(await clientConfiguration(endpoint, options, env)),
    maxAttempts: 2,
  });
  const abort = signal ? { abortSignal: signal } : {};
  const what = endpoint.url ?? "AWS Lambda";
  try {
    const answer = await client.send(new GetAccountSettingsCommand({}), abort);
    const { UnreservedConcurrentExecutions: free, TotalCodeSize: size = 0 } =
      answer.AccountLimit ?? {};
    const used = answer.AccountUsage?.TotalCodeSize ?? 0;
    const detail = `${await client.config.region()}: the credentials are accepted; ${free} environments are free`;
    const isFull = size > 0 && used > 0.9 * size;
    const findings: Finding[] = [
      { status: "ok", what, detail },
      ...(isFull ? [fullStorage(used, size)] : []),
    ];
    for (const mode of ["full", "thin"] as const) {
      for (const architecture of architectures) {
        const LayerName = hostLayerName(mode, architecture);
        const listed = await client.send(new ListLayerVersionsCommand({ LayerName }), abort);
        const newest = listed.LayerVersions?.[0];
        if (newest !== undefined) findings.push(describeLayer(LayerName, newest));
      }
    }
    return findings;
  } catch (error) {
    if (signal?.aborted) throw signal.reason;
    const { message: detail, remedy } = deployFault(error, endpoint);
    return [{ status: "fail", what, detail, ...(remedy !== undefined && { remedy }) }];
  } finally {
    client.destroy();
  }
}

function fullStorage(used: number, size: number): Finding {
  const detail = `${Math.round((100 * used) / size)} % of the storage for code is used`;
  const remedy = "Delete old versions of functions and layers of this region";
  return { status: "warn", what: "storage", detail, remedy };
}

function describeLayer(
  what: string,
  { Version, Description = "" }: { Version?: number | undefined; Description?: string | undefined },
): Finding {
  const detail = `version ${Version}: ${Description.replace(/ sha256:\S+$/, "")}`;
  const built = /stdlambda ([\w.-]+),/.exec(Description)?.[1];
  if (built === version || built === undefined) return { status: "ok", what, detail };
  const remedy = `The next stdlambda deploy publishes the layer of ${version}`;
  return { status: "warn", what, detail, remedy };
}
