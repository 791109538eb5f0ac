// The SDK's errors during a deployment, each as a line with what to do about it.
import { ExpectedError } from "../../host/expected-error.ts";
import type { ServiceEndpoint } from "./service-endpoint.ts";
import { serviceFault } from "./service-fault.ts";

const policyPage = "docs/deploy.md has the policy that deployments need";

/** By the type of the error, and by its message if one type has many reasons. */
const remedies: readonly {
  readonly name: RegExp;
  readonly message?: RegExp;
  readonly remedy: string;
}[] = [
  {
    name: /^AccessDenied/,
    message: /iam:PassRole/,
    remedy: `Allow iam:PassRole on the function's role to the deploying user; ${policyPage}`,
  },
  {
    name: /^AccessDenied/,
    message: /layer/i,
    remedy: `Publish a layer of your own (stdlambda layer publish), or allow this call; ${policyPage}`,
  },
  { name: /^AccessDenied/, remedy: `Allow this call to the deploying user; ${policyPage}` },
  {
    name: /^InvalidParameterValue/,
    message: /cannot be assumed by Lambda/,
    remedy:
      "The role's trust policy must allow sts:AssumeRole to the service lambda.amazonaws.com: aws iam get-role --role-name NAME --query Role.AssumeRolePolicyDocument",
  },
  {
    name: /^(?:InvalidParameterValue|Validation)/,
    message: /arn:.*:iam:|'role'/,
    remedy: "Give the whole ARN: aws iam get-role --role-name NAME --query Role.Arn --output text",
  },
  {
    name: /^CodeStorageExceeded/,
    remedy:
      "Delete functions, old versions or layer versions of this region, or ask AWS for more storage",
  },
  {
    name: /^(?:TooManyRequests|Throttling|RequestLimitExceeded|SlowDown)/,
    remedy: "AWS kept throttling the calls of this account; run the command again in a minute",
  },
  {
    name: /^ResourceConflict/,
    remedy: "Somebody else is changing it at the same time; run the command again",
  },
  {
    name: /^ResourceNotFound/,
    remedy: "Check the name, --region and --profile; stdlambda list shows the functions",
  },
  {
    name: /^PreconditionFailed/,
    remedy: "Somebody changed it in the meantime; run the command again",
  },
  {
    name: /^NoSuchBucket/,
    remedy: "Create the bucket in the function's region, or name another one: --s3-bucket",
  },
  {
    name: /^PermanentRedirect/,
    remedy:
      "The bucket is in another region; Lambda reads code only from a bucket in the function's own region",
  },
  {
    name: /^RequestEntityTooLarge|^RequestTooLarge/,
    remedy: "Send the package through S3: --s3-bucket BUCKET",
  },
];

export function deployFault(error: unknown, endpoint: ServiceEndpoint): ExpectedError {
  const fault = serviceFault(error, endpoint);
  const { name, message } = error as Error;
  const found = remedies.find(
    (one) => one.name.test(name) && (one.message === undefined || one.message.test(message)),
  );
  const remedy = found?.remedy ?? fault.remedy;
  return new ExpectedError(withoutValues(fault.message), {
    type: fault.type,
    remedy,
    cause: error,
  });
}

/**
 * Lambda repeats all variables with their values when they are too many, and secrets must not get
 * into logs.
 */
function withoutValues(message: string): string {
  return message.replace(/String measured: \{.*\}/s, "String measured: (hidden)");
}
