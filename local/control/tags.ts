// TagResource, UntagResource and ListTags.

import type {
  ListTagsRequest,
  ListTagsResponse,
  TagResourceRequest,
  UntagResourceRequest,
} from "@aws-sdk/client-lambda";
import { maximumTagKeyLength, maximumTags, maximumTagValueLength } from "../../lambda/limits.ts";
import type { FunctionRecord } from "../store/records.ts";
import type { ControlContext } from "./context.ts";
import { invalidParameter, notFound } from "./errors.ts";
import { changeFunction, functionOf, revised, type Target, targetOf } from "./target.ts";

type Tags = Readonly<Record<string, string>>;

export async function tagResource(
  input: TagResourceRequest,
  context: ControlContext,
): Promise<undefined> {
  const tags = input.Tags ?? {};
  if (Object.keys(tags).length === 0) {
    throw invalidParameter("An error occurred and the request cannot be processed.");
  }
  await changeFunction(context, resource(input.Resource, context), (record) =>
    withTags(record, { ...record.tags, ...tags }),
  );
}

export async function untagResource(
  input: UntagResourceRequest,
  context: ControlContext,
): Promise<undefined> {
  const gone = new Set(input.TagKeys);
  await changeFunction(context, resource(input.Resource, context), (record) =>
    withTags(
      record,
      Object.fromEntries(Object.entries(record.tags).filter(([key]) => !gone.has(key))),
    ),
  );
}

export async function listTags(
  input: ListTagsRequest,
  context: ControlContext,
): Promise<ListTagsResponse> {
  return { Tags: functionOf(context, resource(input.Resource, context)).tags };
}

/** @throws ServiceError InvalidParameterValueException */
export function checkTags(tags: Tags): void {
  if (Object.keys(tags).length > maximumTags) {
    throw invalidParameter("Number of tags exceeds resource tag limit.");
  }
  for (const [key, value] of Object.entries(tags)) {
    if (key.length > maximumTagKeyLength || value.length > maximumTagValueLength) {
      throw invalidParameter(
        `A tag has a key of at most ${maximumTagKeyLength} characters and a value of at most ${maximumTagValueLength}.`,
      );
    }
  }
}

/** Tags count as a change of the function. */
function withTags(record: FunctionRecord, tags: Tags): FunctionRecord {
  checkTags(tags);
  const latest = { ...record.latest, configuration: revised(record.latest.configuration) };
  return { ...record, latest, tags };
}

/** The ARN has matched the model's pattern; of its kinds only functions exist here. */
function resource(arn = "", context: ControlContext): Target {
  const [, , , , , kind] = arn.split(":");
  if (kind !== "function") throw notFound();
  const target = targetOf({ FunctionName: arn }, context);
  if (target.qualifier === undefined) return target;
  throw invalidParameter(
    "Tags on function aliases and versions are not supported. Please specify a function ARN.",
  );
}
