// PublishLayerVersion, DeleteLayerVersion and the reading of one version of a layer.
import type {
  DeleteLayerVersionRequest,
  GetLayerVersionByArnRequest,
  GetLayerVersionPolicyRequest,
  GetLayerVersionRequest,
  GetLayerVersionResponse,
  PublishLayerVersionRequest,
} from "@aws-sdk/client-lambda";
import { layerArn } from "../../lambda/arns.ts";
import type { LayerVersionRecord } from "../store/records.ts";
import { zipLocation, zipOf } from "./code-source.ts";
import type { ControlContext } from "./context.ts";
import { invalidParameter, notFound } from "./errors.ts";
import { checkVersionNumber, findLayerVersion, layerNameOf } from "./layer-version.ts";
import { lastModified } from "./state.ts";

export async function publishLayerVersion(
  input: PublishLayerVersionRequest,
  context: ControlContext,
): Promise<GetLayerVersionResponse> {
  const { LayerName = "" } = input;
  const name = layerNameOf(context, LayerName);
  if (name === undefined) {
    throw invalidParameter(
      `The layer ${LayerName} is not one of account ${context.accountId} in ${context.region}: pass only its name.`,
    );
  }
  const zip = zipOf(input.Content ?? {}, "--zip-file fileb://layer.zip");
  const { sha256, size } = await context.store.code.add(zip);
  let published: LayerVersionRecord | undefined;
  await context.store.layers.update(name, (layer = { name, versions: [], lastVersion: 0 }) => {
    const version = layer.lastVersion + 1;
    published = {
      LayerVersionArn: layerArn(context, name, version),
      Version: version,
      Description: input.Description ?? "",
      CreatedDate: lastModified(),
      ...(input.CompatibleRuntimes && { CompatibleRuntimes: input.CompatibleRuntimes }),
      ...(input.CompatibleArchitectures && {
        CompatibleArchitectures: input.CompatibleArchitectures,
      }),
      ...(input.LicenseInfo !== undefined && { LicenseInfo: input.LicenseInfo }),
      sha256,
      size,
    };
    return { ...layer, versions: [...layer.versions, published], lastVersion: version };
  });
  return describe(published, context);
}

export async function getLayerVersion(
  input: GetLayerVersionRequest,
  context: ControlContext,
): Promise<GetLayerVersionResponse> {
  checkVersionNumber(input.VersionNumber);
  return describe(versionOf(input, context), context);
}

export async function getLayerVersionByArn(
  input: GetLayerVersionByArnRequest,
  context: ControlContext,
): Promise<GetLayerVersionResponse> {
  return describe(findLayerVersion(context, input.Arn ?? ""), context);
}

/** Deleting a version that does not exist succeeds, as on AWS. */
export async function deleteLayerVersion(
  input: DeleteLayerVersionRequest,
  context: ControlContext,
): Promise<undefined> {
  checkVersionNumber(input.VersionNumber);
  const version = versionOf(input, context);
  const name = layerNameOf(context, input.LayerName ?? "");
  if (version === undefined || name === undefined) return;
  // The layer is kept when its last version is deleted, so that no number is given twice.
  await context.store.layers.update(
    name,
    (layer) =>
      layer && {
        ...layer,
        versions: layer.versions.filter(({ Version }) => Version !== version.Version),
      },
  );
}

/** Layers of the local service are for this account alone, so none has a policy. */
export async function getLayerVersionPolicy(
  input: GetLayerVersionPolicyRequest,
  context: ControlContext,
): Promise<never> {
  checkVersionNumber(input.VersionNumber);
  if (versionOf(input, context) === undefined) {
    const name = layerNameOf(context, input.LayerName ?? "") ?? input.LayerName ?? "";
    throw notFound(`Layer version ${layerArn(context, name, input.VersionNumber)} does not exist.`);
  }
  throw notFound("No policy is associated with the given resource.");
}

function versionOf(
  { LayerName = "", VersionNumber }: GetLayerVersionRequest,
  context: ControlContext,
): LayerVersionRecord | undefined {
  const name = layerNameOf(context, LayerName);
  if (name === undefined) return undefined;
  return context.store.layers.get(name)?.versions.find(({ Version }) => Version === VersionNumber);
}

/** @throws ServiceError ResourceNotFoundException when there is no such version. */
function describe(
  version: LayerVersionRecord | undefined,
  context: ControlContext,
): GetLayerVersionResponse {
  if (version === undefined) throw notFound();
  const { sha256, size, ...described } = version;
  return {
    Content: { Location: zipLocation(context, sha256), CodeSha256: sha256, CodeSize: size },
    LayerArn: version.LayerVersionArn.slice(0, version.LayerVersionArn.lastIndexOf(":")),
    ...described,
  };
}
