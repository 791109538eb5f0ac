// AddPermission, GetPolicy and RemovePermission: the policy of a function, a version or an alias.

import type {
  AddPermissionRequest,
  AddPermissionResponse,
  GetPolicyRequest,
  GetPolicyResponse,
  RemovePermissionRequest,
} from "@aws-sdk/client-lambda";
import { functionArn } from "../../lambda/arns.ts";
import { maximumPolicyBytes } from "../../lambda/limits.ts";
import { accountPattern } from "../../lambda/names.ts";
import { lambdaError } from "../service-error.ts";
import type { FunctionRecord, PolicyRecord, PolicyStatement } from "../store/records.ts";
import type { ControlContext } from "./context.ts";
import { conflict, functionNotFound, invalidParameter, notFound, staleRevision } from "./errors.ts";
import { changeFunction, revised, settledRecord, type Target, targetOf } from "./target.ts";

export async function addPermission(
  input: AddPermissionRequest,
  context: ControlContext,
): Promise<AddPermissionResponse> {
  const target = targetOf(input, context);
  if (target.qualifier === "$LATEST") {
    throw invalidParameter("We currently do not support adding policies for $LATEST.");
  }
  const statement = makeStatement(input, target.arn);
  await changeFunction(context, unqualified(context, target), (record) => {
    const current = revisionOf(record, target);
    if (input.RevisionId !== undefined && input.RevisionId !== current) {
      throw staleRevision("GetPolicy");
    }
    const statements = policyOf(record, target)?.statements ?? [];
    if (statements.some(({ Sid }) => Sid === statement.Sid)) {
      throw conflict(
        `The statement id (${statement.Sid}) provided already exists. Please provide a new statement id, or remove the existing statement.`,
      );
    }
    return withStatements(record, target, [...statements, statement]);
  });
  return { Statement: JSON.stringify(statement) };
}

export async function getPolicy(
  input: GetPolicyRequest,
  context: ControlContext,
): Promise<GetPolicyResponse> {
  const target = targetOf(input, context);
  const record = context.store.functions.get(target.name);
  const policy = record && policyOf(record, target);
  if (record === undefined || policy === undefined) throw notFound();
  return {
    Policy: documentOf(policy.statements),
    RevisionId: revisionOf(settledRecord(record), target),
  };
}

export async function removePermission(
  input: RemovePermissionRequest,
  context: ControlContext,
): Promise<undefined> {
  const target = targetOf(input, context);
  if (context.store.functions.get(target.name) === undefined) {
    throw notFound(`No policy found for: ${target.arn}`);
  }
  await changeFunction(context, target, (record) => {
    const current = revisionOf(record, target);
    const policy = policyOf(record, target);
    if (policy === undefined) throw notFound("No policy is associated with the given resource.");
    if (input.RevisionId !== undefined && input.RevisionId !== current) {
      throw staleRevision("GetPolicy");
    }
    const remaining = policy.statements.filter(({ Sid }) => Sid !== input.StatementId);
    if (remaining.length === policy.statements.length) {
      throw notFound(`Statement ${input.StatementId} is not found in resource policy.`);
    }
    return withStatements(record, target, remaining);
  });
}

function makeStatement(input: AddPermissionRequest, resource: string): PolicyStatement {
  const equal = {
    ...(input.SourceAccount && { "AWS:SourceAccount": input.SourceAccount }),
    ...(input.FunctionUrlAuthType && { "lambda:FunctionUrlAuthType": input.FunctionUrlAuthType }),
    ...(input.PrincipalOrgID && { "aws:PrincipalOrgID": input.PrincipalOrgID }),
    ...(input.EventSourceToken && { "lambda:EventSourceToken": input.EventSourceToken }),
  };
  const viaUrl = input.InvokedViaFunctionUrl;
  const condition = {
    ...(Object.keys(equal).length > 0 && { StringEquals: equal }),
    ...(viaUrl !== undefined && { Bool: { "lambda:InvokedViaFunctionUrl": String(viaUrl) } }),
    ...(input.SourceArn && { ArnLike: { "AWS:SourceArn": input.SourceArn } }),
  };
  return {
    Sid: input.StatementId ?? "",
    Effect: "Allow",
    Principal: principalOf(input.Principal ?? ""),
    Action: input.Action ?? "",
    Resource: resource,
    ...(Object.keys(condition).length > 0 && { Condition: condition }),
  };
}

/** A service, an account (12 digits), an ARN of IAM or STS, or everybody. */
function principalOf(principal: string): PolicyStatement["Principal"] {
  if (principal === "*") return "*";
  if (accountPattern.test(principal)) return { AWS: `arn:aws:iam::${principal}:root` };
  if (/^arn:aws[a-z-]*:(iam|sts)::[^:]+:./.test(principal)) return { AWS: principal };
  if (/^[a-z0-9.-]+\.(amazonaws|amazon|alexa)\.[a-z.]+$/.test(principal)) {
    return { Service: principal };
  }
  throw invalidParameter(
    "The provided principal was invalid. Please check the principal and try again.",
  );
}

function policyOf(record: FunctionRecord, { qualifier }: Target): PolicyRecord | undefined {
  return record.policies.find((policy) => policy.qualifier === qualifier);
}

/** The revision of a policy is that of its function, version or alias. */
function revisionOf(record: FunctionRecord, { qualifier, arn }: Target): string | undefined {
  if (qualifier === undefined) return record.latest.configuration.RevisionId;
  const version = record.versions.find(({ configuration: { Version } }) => Version === qualifier);
  if (version !== undefined) return version.configuration.RevisionId;
  const alias = record.aliases.find(({ Name }) => Name === qualifier);
  if (alias !== undefined) return alias.RevisionId;
  throw /^\d+$|\$/.test(qualifier)
    ? functionNotFound(arn)
    : notFound(`Cannot find alias arn: ${arn}`);
}

/** @throws ServiceError PolicyLengthExceededException */
function withStatements(
  record: FunctionRecord,
  { qualifier }: Target,
  statements: readonly PolicyStatement[],
): FunctionRecord {
  const document = documentOf(statements);
  if (Buffer.byteLength(document) > maximumPolicyBytes) {
    throw lambdaError(
      "PolicyLengthExceededException",
      `The final policy size (${Buffer.byteLength(document)}) is bigger than the limit (${maximumPolicyBytes}).`,
    );
  }
  const changed = {
    ...record,
    latest:
      qualifier === undefined
        ? { ...record.latest, configuration: revised(record.latest.configuration) }
        : record.latest,
    versions: record.versions.map((version) =>
      version.configuration.Version === qualifier
        ? { ...version, configuration: revised(version.configuration) }
        : version,
    ),
    aliases: record.aliases.map((alias) => (alias.Name === qualifier ? revised(alias) : alias)),
  };
  const others = record.policies.filter((policy) => policy.qualifier !== qualifier);
  if (statements.length === 0) return { ...changed, policies: others };
  const revisionId = revisionOf(changed, { name: record.name, qualifier, arn: "" }) ?? "";
  return { ...changed, policies: [...others, { qualifier, revisionId, statements }] };
}

function documentOf(statements: readonly PolicyStatement[]): string {
  return JSON.stringify({ Version: "2012-10-17", Id: "default", Statement: statements });
}

/** The name of a missing function has no qualifier if only the name was looked up. */
function unqualified(context: ControlContext, target: Target): Target {
  return { ...target, arn: functionArn(context, target.name) };
}
