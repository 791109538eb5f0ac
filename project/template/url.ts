// A function URL, as a property of a function or as a separate resource.
import type { DeclaredUrl } from "../declared-function.ts";
import type { Properties } from "./properties.ts";

/** `AWS::Lambda::Url` has the same members as FunctionUrlConfig, with no name before them. */
export function readUrl(properties: Properties, ...path: string[]): DeclaredUrl | undefined {
  if (path.length > 0 && properties.map(...path) === undefined) return undefined;
  const authType = properties.oneOf(["NONE", "AWS_IAM"], ...path, "AuthType");
  const invokeMode = properties.oneOf(["BUFFERED", "RESPONSE_STREAM"], ...path, "InvokeMode");
  if (authType === undefined && properties.problems.length === 0) {
    const message = "is missing; write NONE or AWS_IAM";
    properties.problems.push({ path: [...path, "AuthType"], message });
  }
  const cors = readCors(properties, ...path, "Cors");
  return {
    authType: authType ?? "AWS_IAM",
    invokeMode: invokeMode ?? "BUFFERED",
    ...(cors === undefined ? {} : { cors }),
  };
}

function readCors(properties: Properties, ...path: string[]): DeclaredUrl["cors"] {
  const { flag, number, texts, map } = properties;
  if (map(...path) === undefined) return undefined;
  const lists = ["AllowHeaders", "AllowMethods", "AllowOrigins", "ExposeHeaders"] as const;
  const entries = [
    ...lists.map((name) => [name, texts(...path, name)] as const),
    ["AllowCredentials", flag(...path, "AllowCredentials")] as const,
    ["MaxAge", number(...path, "MaxAge")] as const,
  ];
  return Object.fromEntries(entries.filter(([, value]) => value !== undefined));
}
