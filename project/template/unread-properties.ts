// Properties of a function that have no effect on this machine, and names that are not properties.
import { nearest } from "../../host/nearest.ts";

/** Read by `templateFunction` and its neighbours. */
const read = [
  "Architectures",
  "AutoPublishAlias",
  "CapacityProviderConfig",
  "Code",
  "CodeUri",
  "Description",
  "Environment",
  "EphemeralStorage",
  "EventInvokeConfig",
  "FunctionName",
  "FunctionUrlConfig",
  "Handler",
  "ImageConfig",
  "ImageUri",
  "InlineCode",
  "Layers",
  "LoggingConfig",
  "MemorySize",
  "PackageType",
  "ReservedConcurrentExecutions",
  "Runtime",
  "SnapStart",
  "Timeout",
];

/** AWS: "AWS::Serverless::Function" and "AWS::Lambda::Function". */
const withoutEffect = [
  "AssumeRolePolicyDocument",
  "AutoPublishAliasAllProperties",
  "AutoPublishCodeSha256",
  "CodeSigningConfigArn",
  "DeadLetterConfig",
  "DeadLetterQueue",
  "DeploymentPreference",
  "DurableConfig",
  "Events",
  "FileSystemConfigs",
  "FunctionScalingConfig",
  "KmsKeyArn",
  "PermissionsBoundary",
  "Policies",
  "PropagateTags",
  "ProvisionedConcurrencyConfig",
  "PublishToLatestPublished",
  "RecursiveLoop",
  "Role",
  "RolePath",
  "RuntimeManagementConfig",
  "SourceKMSKeyArn",
  "Tags",
  "TenancyConfig",
  "Tracing",
  "TracingConfig",
  "VersionDeletionPolicy",
  "VersionDescription",
  "VpcConfig",
];

export interface UnreadProperties {
  readonly withoutEffect: readonly string[];
  /** Sentences. */
  readonly misspelt: readonly string[];
}

export function unreadProperties(names: readonly string[]): UnreadProperties {
  const known = [...read, ...withoutEffect];
  return {
    withoutEffect: names.filter((name) => withoutEffect.includes(name)),
    misspelt: names
      .filter((name) => !known.includes(name) && !name.startsWith("Fn::"))
      .map((name) => `${name} is not a property of a function. ${didYouMean(name, known)}`.trim()),
  };
}

function didYouMean(name: string, known: readonly string[]): string {
  const [near] = nearest(name, known, 1);
  return near === undefined ? "" : `Did you mean ${near}?`;
}
