// Carries out a plan, call by call. After each call the same deployment can continue from there.

import {
  AddPermissionCommand,
  type AddPermissionCommandInput,
  CreateAliasCommand,
  CreateFunctionUrlConfigCommand,
  DeleteFunctionConcurrencyCommand,
  DeleteFunctionUrlConfigCommand,
  PublishVersionCommand,
  PutFunctionConcurrencyCommand,
  RemovePermissionCommand,
  TagResourceCommand,
  UpdateAliasCommand,
  UpdateFunctionCodeCommand,
  UpdateFunctionConfigurationCommand,
  UpdateFunctionUrlConfigCommand,
} from "@aws-sdk/client-lambda";
import { readableSize } from "../build/zip/readable-size.ts";
import { ExpectedError } from "../host/expected-error.ts";
import { changePatiently, isTaken, requireUpdated, waitAtRest } from "./at-rest.ts";
import { createFunction } from "./create-function.ts";
import { type CurrentFunction, latestPublishedVersion } from "./current-function.ts";
import type { Plan } from "./plan.ts";
import type { UrlStep } from "./plan-url.ts";
import { callOptions, orUndefined, type Session } from "./session.ts";
import { type UploadTarget, uploadCode } from "./upload.ts";

export interface Applied {
  readonly arn: string;
  /** The version that the alias points to now; undefined without an alias. */
  readonly version: string | undefined;
  readonly url: string | undefined;
}

/**
 * The order: settings and code, and only when Lambda has finished both the version, the alias and
 * the URL. So a caller of the alias never gets one without the other.
 */
export async function applyPlan(
  plan: Plan,
  current: CurrentFunction | undefined,
  target: UploadTarget | undefined,
  session: Session,
): Promise<Applied> {
  if (current === undefined) {
    await createFunction(plan, target, session);
  } else if (layersGrow(plan, current)) {
    await updateCode(plan, target, session);
    await updateSettings(plan, session);
  } else {
    await updateSettings(plan, session);
    await updateCode(plan, target, session);
  }
  const arn = await finish(plan, session);
  await putTags(plan, arn, current, session);
  await putConcurrency(plan, session);
  if (plan.publishesLatest) await publishLatest(plan, session);
  const version = plan.movesAlias
    ? await moveAlias(plan, current, session)
    : current?.alias?.FunctionVersion;
  const url = await putUrl(plan, current, session);
  return { arn, version, url };
}

/**
 * Code and layers together may never exceed 250 MB: what shrinks has to go first, as when an
 * embedded host is replaced by a layer.
 */
function layersGrow({ update }: Plan, { configuration }: CurrentFunction): boolean {
  return (update.Layers?.length ?? 0) > (configuration.Layers?.length ?? 0);
}

async function updateSettings({ name, update }: Plan, session: Session): Promise<void> {
  const fields = Object.keys(update);
  if (fields.length === 0) return;
  session.steps.step(`Updating ${name}: ${fields.join(", ")}`);
  const command = new UpdateFunctionConfigurationCommand({ FunctionName: name, ...update });
  await changePatiently(name, session, () => session.client.send(command, callOptions(session)));
  session.onDone(`updated the settings of ${name}`);
  requireUpdated(await waitAtRest(name, session));
}

async function updateCode(
  plan: Plan,
  target: UploadTarget | undefined,
  session: Session,
): Promise<void> {
  if (!plan.sendsCode) return;
  const { name, architecture } = plan;
  const code = await uploadCode(plan.package, target, session);
  session.steps.step(`Sending the code of ${name}, ${readableSize(plan.package.bytes)}`);
  const command = new UpdateFunctionCodeCommand({
    FunctionName: name,
    Architectures: [architecture],
    ...code,
  });
  await changePatiently(name, session, () => session.client.send(command, callOptions(session)));
  session.onDone(`sent the code of ${name}`);
  requireUpdated(await waitAtRest(name, session));
}

/** The function's ARN, once everything is as it was sent. */
async function finish({ name, package: { codeSha256 } }: Plan, session: Session): Promise<string> {
  const configuration = await waitAtRest(name, session);
  if (configuration.CodeSha256 !== codeSha256) {
    throw new ExpectedError(
      `${name} runs other code than was sent (CodeSha256 ${configuration.CodeSha256}, not ${codeSha256})`,
      { remedy: "Somebody else may be deploying it right now. Run the command again" },
    );
  }
  return configuration.FunctionArn ?? name;
}

/** A new function got its tags when it was created. */
async function putTags(
  { name, tags }: Plan,
  arn: string,
  current: CurrentFunction | undefined,
  session: Session,
): Promise<void> {
  if (current === undefined || Object.keys(tags).length === 0) return;
  const command = new TagResourceCommand({ Resource: arn, Tags: { ...tags } });
  await session.client.send(command, callOptions(session));
  session.onDone(`tagged ${name}`);
}

async function putConcurrency(
  { name, reservedConcurrency }: Plan,
  session: Session,
): Promise<void> {
  if (reservedConcurrency === undefined) return;
  const named = { FunctionName: name };
  if (reservedConcurrency === "none") {
    await changePatiently(name, session, () =>
      session.client.send(new DeleteFunctionConcurrencyCommand(named), callOptions(session)),
    );
  } else {
    const wanted = { ...named, ReservedConcurrentExecutions: reservedConcurrency };
    await changePatiently(name, session, () =>
      session.client.send(new PutFunctionConcurrencyCommand(wanted), callOptions(session)),
    );
  }
  session.onDone(`set the reserved concurrency of ${name}`);
}

/** On Managed Instances it starts its environments, which takes minutes. */
async function publishLatest(
  { name, package: { codeSha256 } }: Plan,
  session: Session,
): Promise<void> {
  session.steps.step(`Publishing ${name} on its capacity provider`);
  const publish = new PublishVersionCommand({
    FunctionName: name,
    CodeSha256: codeSha256,
    PublishTo: "LATEST_PUBLISHED",
  });
  await changePatiently(name, session, () => session.client.send(publish, callOptions(session)));
  session.onDone(`published ${latestPublishedVersion} of ${name}`);
  await waitAtRest(name, session, latestPublishedVersion);
}

/** Publishing unchanged code returns the newest version again, so this can be repeated. */
async function moveAlias(
  { name, wanted: { alias = "" }, package: { codeSha256 } }: Plan,
  current: CurrentFunction | undefined,
  session: Session,
): Promise<string> {
  session.steps.step(`Publishing a version of ${name}`);
  const options = callOptions(session);
  // The hash makes sure that no code of somebody else is published.
  const publish = new PublishVersionCommand({ FunctionName: name, CodeSha256: codeSha256 });
  const { Version = "" } = await changePatiently(name, session, () =>
    session.client.send(publish, options),
  );
  session.onDone(`published version ${Version} of ${name}`);
  // With SnapStart the snapshot takes minutes, and until then the version does not answer.
  await waitAtRest(name, session, Version);
  await pointAlias({ FunctionName: name, Name: alias, FunctionVersion: Version }, current, session);
  session.onDone(`moved the alias ${alias} of ${name} to version ${Version}`);
  return Version;
}

/** An alias that was created meanwhile, even by a call whose reply was lost, is moved. */
async function pointAlias(
  input: { FunctionName: string; Name: string; FunctionVersion: string },
  current: CurrentFunction | undefined,
  session: Session,
): Promise<void> {
  const options = callOptions(session);
  const { FunctionName: name } = input;
  if (current?.alias === undefined) {
    const create = new CreateAliasCommand(input);
    const isCreated = await unlessTaken(
      changePatiently(name, session, () => session.client.send(create, options)),
    );
    if (isCreated) return;
  }
  // An alias that shares calls with another version does not keep that after a deployment.
  const whole = { ...input, RoutingConfig: { AdditionalVersionWeights: {} } };
  const update = new UpdateAliasCommand(whole);
  await changePatiently(name, session, () => session.client.send(update, options));
}

/** Undefined when there is one already. */
async function unlessTaken<Output>(create: Promise<Output>): Promise<Output | undefined> {
  try {
    return await create;
  } catch (error) {
    if (isTaken(error)) return undefined;
    throw error;
  }
}

/** The URL first: between the calls it allows fewer callers than it should, never more. */
async function putUrl(
  plan: Plan,
  current: CurrentFunction | undefined,
  session: Session,
): Promise<string | undefined> {
  const { name, url, wanted } = plan;
  const options = callOptions(session);
  const named = {
    FunctionName: name,
    ...(wanted.alias !== undefined && { Qualifier: wanted.alias }),
  };
  let address = current?.url?.FunctionUrl;
  if (url?.action === "create" || url?.action === "update") {
    address = await setUrl(named, url, session);
    session.onDone(`${url.action}d the URL of ${name}`);
  } else if (url?.action === "remove") {
    await orUndefined(session.client.send(new DeleteFunctionUrlConfigCommand(named), options));
    session.onDone(`removed the URL of ${name}`);
    address = undefined;
  }
  for (const StatementId of plan.permissions.remove) {
    const command = new RemovePermissionCommand({ ...named, StatementId });
    await orUndefined(session.client.send(command, options));
    session.onDone(`removed the permission ${StatementId} from ${name}`);
  }
  for (const permission of plan.permissions.add) {
    await grant({ ...named, ...permission }, session);
    session.onDone(`added the permission ${permission.StatementId} to ${name}`);
  }
  return address;
}

async function setUrl(
  named: { FunctionName: string; Qualifier?: string },
  { action, wanted }: Extract<UrlStep, { wanted: unknown }>,
  session: Session,
): Promise<string | undefined> {
  const { FunctionName: name } = named;
  const options = callOptions(session);
  if (action === "create") {
    const create = new CreateFunctionUrlConfigCommand({ ...named, ...wanted });
    const created = await unlessTaken(
      changePatiently(name, session, () => session.client.send(create, options)),
    );
    if (created !== undefined) return created.FunctionUrl;
  }
  // Without a Cors the previous one would stay.
  const update = new UpdateFunctionUrlConfigCommand({ ...named, Cors: {}, ...wanted });
  const updated = await changePatiently(name, session, () => session.client.send(update, options));
  return updated.FunctionUrl;
}

/** A statement that exists all the same is replaced, because its terms may differ. */
async function grant(
  permission: AddPermissionCommandInput & { FunctionName: string },
  session: Session,
): Promise<void> {
  const options = callOptions(session);
  const { FunctionName, Qualifier, StatementId } = permission;
  const add = () =>
    changePatiently(FunctionName, session, () =>
      session.client.send(new AddPermissionCommand(permission), options),
    );
  if ((await unlessTaken(add())) !== undefined) return;
  const remove = new RemovePermissionCommand({ FunctionName, Qualifier, StatementId });
  await orUndefined(session.client.send(remove, options));
  await add();
}
