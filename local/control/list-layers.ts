// ListLayers and ListLayerVersions.
import type {
  LayerVersionsListItem,
  ListLayersRequest,
  ListLayersResponse,
  ListLayerVersionsRequest,
  ListLayerVersionsResponse,
} from "@aws-sdk/client-lambda";
import { layerArn } from "../../lambda/arns.ts";
import type { LayerVersionRecord } from "../store/records.ts";
import type { ControlContext } from "./context.ts";
import { layerNameOf } from "./layer-version.ts";
import { page } from "./page.ts";

type Filter = Pick<ListLayersRequest, "CompatibleRuntime" | "CompatibleArchitecture">;

/** A layer without a matching version is not listed. */
export async function listLayers(
  input: ListLayersRequest,
  context: ControlContext,
): Promise<ListLayersResponse> {
  const layers = context.store.layers.all().flatMap(({ name, versions }) => {
    const newest = versions.findLast((version) => matches(version, input));
    if (newest === undefined) return [];
    return [
      {
        LayerName: name,
        LayerArn: layerArn(context, name),
        LatestMatchingVersion: listItem(newest),
      },
    ];
  });
  const { items, next } = page(layers, ({ LayerName }) => LayerName, input);
  return { ...next, Layers: items };
}

/** Newest first; a layer that is not there has no versions, as on AWS. */
export async function listLayerVersions(
  input: ListLayerVersionsRequest,
  context: ControlContext,
): Promise<ListLayerVersionsResponse> {
  const name = layerNameOf(context, input.LayerName ?? "");
  const layer = name === undefined ? undefined : context.store.layers.get(name);
  const versions = (layer?.versions ?? [])
    .filter((version) => matches(version, input))
    .toReversed();
  const { items, next } = page(versions, ({ Version }) => String(Version), input);
  return { ...next, LayerVersions: items.map(listItem) };
}

function matches(version: LayerVersionRecord, filter: Filter): boolean {
  const { CompatibleRuntime: runtime, CompatibleArchitecture: architecture } = filter;
  return (
    (runtime === undefined || (version.CompatibleRuntimes ?? []).includes(runtime)) &&
    (architecture === undefined || (version.CompatibleArchitectures ?? []).includes(architecture))
  );
}

function listItem({ sha256, size, ...item }: LayerVersionRecord): LayerVersionsListItem {
  return item;
}
