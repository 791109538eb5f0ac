// Who may call a function URL: since October 2025 public access needs two permissions, one for the
// URL and one for the function behind it.
// https://docs.aws.amazon.com/lambda/latest/dg/urls-auth.html
import { isDeepStrictEqual } from "node:util";
import type { AddPermissionRequest } from "@aws-sdk/client-lambda";
import type { PolicyStatement } from "./current-function.ts";

type Permission = Omit<AddPermissionRequest, "FunctionName" | "Qualifier"> & {
  readonly StatementId: string;
};

/** The identifiers never change, so that a deployment finds what an earlier one has made. */
const publicPermissions: readonly Permission[] = [
  {
    StatementId: "stdlambda-url",
    Action: "lambda:InvokeFunctionUrl",
    Principal: "*",
    FunctionUrlAuthType: "NONE",
  },
  {
    StatementId: "stdlambda-url-invoke",
    Action: "lambda:InvokeFunction",
    Principal: "*",
    InvokedViaFunctionUrl: true,
  },
];

export interface PermissionDifference {
  /** Statement ids. */
  readonly remove: readonly string[];
  readonly add: readonly Permission[];
}

/** Which of our own statements are missing, unwanted, or no longer what they were. */
export function comparePermissions(
  isPublic: boolean,
  statements: readonly PolicyStatement[],
): PermissionDifference {
  const present = (id: string) => statements.find(({ Sid }) => Sid === id);
  const wrong = publicPermissions.filter((permission) => {
    const statement = present(permission.StatementId);
    return isPublic ? statement === undefined || !grants(statement, permission) : statement;
  });
  return {
    remove: wrong.filter(({ StatementId }) => present(StatementId)).map((one) => one.StatementId),
    add: isPublic ? wrong : [],
  };
}

function grants(statement: PolicyStatement, permission: Permission): boolean {
  const { FunctionUrlAuthType, InvokedViaFunctionUrl } = permission;
  const condition = {
    ...(FunctionUrlAuthType && {
      StringEquals: { "lambda:FunctionUrlAuthType": FunctionUrlAuthType },
    }),
    ...(InvokedViaFunctionUrl && { Bool: { "lambda:InvokedViaFunctionUrl": "true" } }),
  };
  return (
    statement.Action === permission.Action &&
    (statement.Principal === "*" || isDeepStrictEqual(statement.Principal, { AWS: "*" })) &&
    isDeepStrictEqual(statement.Condition, condition)
  );
}

/** Whether the statements let everybody call the URL. */
export function isOpenToAll(statements: readonly PolicyStatement[]): boolean {
  return publicPermissions.every((permission) =>
    statements.some((statement) => grants(statement, permission)),
  );
}
