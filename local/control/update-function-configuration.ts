// UpdateFunctionConfiguration.
import type {
  FunctionConfiguration,
  UpdateFunctionConfigurationRequest,
} from "@aws-sdk/client-lambda";
import { configure } from "./configure.ts";
import type { ControlContext } from "./context.ts";
import { invalidParameter, staleRevision } from "./errors.ts";
import { checkUnpackedSize, functionLayers } from "./function-layers.ts";
import { lastModified, requireAtRest, updating } from "./state.ts";
import { changeFunction, revised, settleSoon, unqualifiedTargetOf } from "./target.ts";

export async function updateFunctionConfiguration(
  input: UpdateFunctionConfigurationRequest,
  context: ControlContext,
): Promise<FunctionConfiguration> {
  const target = unqualifiedTargetOf(input, context);
  if (input.ImageConfig !== undefined) {
    throw invalidParameter(
      "Please don't provide ImageConfig when updating a function with packageType Zip.",
    );
  }
  const record = await changeFunction(context, target, async (record) => {
    const { latest } = record;
    requireAtRest(latest.configuration);
    const { RevisionId } = latest.configuration;
    if (input.RevisionId !== undefined && input.RevisionId !== RevisionId) throw staleRevision();
    const { Layers, ...settings } = configure(latest.configuration, input, context.region);
    const layers =
      input.Layers === undefined
        ? { configured: Layers ?? [], attached: latest.layers ?? [] }
        : functionLayers(input.Layers, context);
    if (input.Layers !== undefined) {
      await checkUnpackedSize(context, latest.code, layers.attached);
    }
    const configuration: FunctionConfiguration = revised({
      ...settings,
      ...(layers.configured.length > 0 && { Layers: layers.configured }),
      ...updating,
      LastModified: lastModified(),
    });
    return { ...record, latest: { ...latest, configuration, layers: layers.attached } };
  });
  settleSoon(context, target.name);
  return record.latest.configuration;
}
