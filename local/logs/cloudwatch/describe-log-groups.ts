// DescribeLogGroups: the groups by name, a page at a time.
import type { DescribeLogGroupsRequest } from "@aws-sdk/client-cloudwatch-logs";
import type { LogGroupSummary } from "../log-store.ts";
import { invalidParameter } from "./logs-error.ts";
import { type LogsOperation, logGroupArn } from "./operation.ts";
import { pageOf } from "./page-of.ts";
import { groupOfIdentifier } from "./required-group.ts";

export const describeLogGroups: LogsOperation<DescribeLogGroupsRequest> = (
  request,
  store,
  context,
) => {
  const { logGroupNamePrefix: prefix, logGroupNamePattern: pattern } = request;
  if (prefix !== undefined && pattern !== undefined) {
    throw invalidParameter("logGroupNamePrefix and logGroupNamePattern cannot both be given.");
  }
  const wanted = request.logGroupIdentifiers?.map((one) => groupOfIdentifier(one, context));
  const isAsked = ({ name }: LogGroupSummary) =>
    (prefix === undefined || name.startsWith(prefix)) &&
    (pattern === undefined || name.includes(pattern)) &&
    (wanted === undefined || wanted.includes(name)) &&
    (request.logGroupClass ?? "STANDARD") === "STANDARD";
  const { page, nextToken } = pageOf(
    "DescribeLogGroups",
    store.groups().filter(isAsked),
    ({ name }) => name,
    { nextToken: request.nextToken, limit: request.limit ?? 50 },
  );
  const logGroups = page.map(({ name, createdMs, storedBytes }) => {
    const arn = `${logGroupArn(name, context)}:*`;
    const brief = { logGroupName: name, creationTime: createdMs, arn };
    if (pattern !== undefined) return brief;
    return {
      ...brief,
      logGroupArn: logGroupArn(name, context),
      logGroupClass: "STANDARD",
      metricFilterCount: 0,
      storedBytes,
    };
  });
  return { logGroups, nextToken };
};
