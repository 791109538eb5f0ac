// The SDK's client for a local service, and functions created through it.
import type { TestContext } from "node:test";
import {
  CreateFunctionCommand,
  type CreateFunctionCommandInput,
  LambdaClient,
  PublishLayerVersionCommand,
  waitUntilFunctionActiveV2,
} from "@aws-sdk/client-lambda";
import type { DevProcess } from "./dev-process.ts";
import { zip } from "./zip.ts";

type Files = Readonly<Record<string, string | Buffer>>;

export const role = "arn:aws:iam::012345678912:role/anything";

/** Closed with the test. */
export function clientOf(
  t: TestContext,
  dev: Pick<DevProcess, "url">,
  settings: { readonly maxAttempts?: number } = {},
): LambdaClient {
  const client = new LambdaClient({
    endpoint: dev.url,
    region: "us-east-1",
    credentials: { accessKeyId: "any", secretAccessKey: "any" },
    ...settings,
  });
  t.after(() => client.destroy());
  return client;
}

/** Creates a function of these files, waits until it is active, and gives its ARN. */
export async function createFunction(
  client: LambdaClient,
  FunctionName: string,
  files: Files,
  settings: Partial<CreateFunctionCommandInput> = {},
): Promise<string> {
  const { FunctionArn } = await client.send(
    new CreateFunctionCommand({
      FunctionName,
      Runtime: "provided.al2023",
      Role: role,
      Handler: "function.sh",
      Timeout: 20,
      Code: { ZipFile: await zip(files) },
      ...settings,
    }),
  );
  await waitUntilFunctionActiveV2({ client, maxWaitTime: 30, minDelay: 0.1 }, { FunctionName });
  return FunctionArn as string;
}

/** Gives the ARN of the version. */
export async function publishLayer(
  client: LambdaClient,
  LayerName: string,
  files: Files,
): Promise<string> {
  const { LayerVersionArn } = await client.send(
    new PublishLayerVersionCommand({ LayerName, Content: { ZipFile: await zip(files) } }),
  );
  return LayerVersionArn as string;
}
