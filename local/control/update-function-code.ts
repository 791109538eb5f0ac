// UpdateFunctionCode.
import type { FunctionConfiguration, UpdateFunctionCodeRequest } from "@aws-sdk/client-lambda";
import type { FunctionRecord } from "../store/records.ts";
import { zipOf } from "./code-source.ts";
import type { ControlContext } from "./context.ts";
import { invalidParameter, staleRevision } from "./errors.ts";
import { checkUnpackedSize } from "./function-layers.ts";
import { publish, refusePublishTo } from "./publish.ts";
import { lastModified, requireAtRest, updating } from "./state.ts";
import { changeFunction, functionOf, revised, settleSoon, unqualifiedTargetOf } from "./target.ts";

export async function updateFunctionCode(
  input: UpdateFunctionCodeRequest,
  context: ControlContext,
): Promise<FunctionConfiguration> {
  const target = unqualifiedTargetOf(input, context);
  check(functionOf(context, target), input);
  if (input.ImageUri !== undefined) {
    throw invalidParameter(
      "Please don't provide ImageUri when updating a function with packageType Zip.",
    );
  }
  refusePublishTo(input.PublishTo);
  const added = await context.store.code.add(zipOf(input, "--zip-file fileb://function.zip"));
  const code = { kind: "zip", sha256: added.sha256, size: added.size } as const;

  let answer: FunctionConfiguration = {};
  await changeFunction(context, target, async (record) => {
    check(record, input);
    await checkUnpackedSize(context, code, record.latest.layers ?? []);
    const configuration: FunctionConfiguration = revised({
      ...record.latest.configuration,
      CodeSha256: added.sha256,
      CodeSize: added.size,
      Architectures: input.Architectures ?? record.latest.configuration.Architectures,
      LastModified: lastModified(),
    });
    answer = configuration;
    if (input.DryRun) return record;
    answer = { ...configuration, ...updating };
    const updated = { ...record, latest: { ...record.latest, configuration: answer, code } };
    if (!input.Publish) return updated;
    const published = publish(updated, {});
    answer = published.version.configuration;
    return published.record;
  });
  if (!input.DryRun) settleSoon(context, target.name);
  return answer;
}

/** Checked before the code is unpacked, and again when it is this change's turn. */
function check({ origin, latest }: FunctionRecord, input: UpdateFunctionCodeRequest): void {
  if (origin === "directory") {
    const root = latest.code.kind === "directory" ? latest.code.root : "its folder";
    throw invalidParameter(
      `The function ${latest.configuration.FunctionName} is served from ${root}: change the files there, and the next invocation uses them. To send a zip, create a function with another name.`,
    );
  }
  requireAtRest(latest.configuration);
  const { RevisionId } = latest.configuration;
  if (input.RevisionId !== undefined && input.RevisionId !== RevisionId) throw staleRevision();
}
