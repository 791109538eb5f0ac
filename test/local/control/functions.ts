// Functions in the state that a test begins with.

import { setTimeout } from "node:timers/promises";
import {
  CreateFunctionCommand,
  GetFunctionConfigurationCommand,
  type LambdaClient,
} from "@aws-sdk/client-lambda";
import { functionInput } from "./control-server.ts";

/** Creates a function and waits until it is active. */
export async function activeFunction(client: LambdaClient, name: string): Promise<void> {
  await client.send(new CreateFunctionCommand(functionInput(name)));
  await updated(client, name);
}

/** Waits until a function is at rest; AWS's waiters ask once a second at most. */
export async function updated(client: LambdaClient, FunctionName: string): Promise<void> {
  for (;;) {
    const command = new GetFunctionConfigurationCommand({ FunctionName });
    if ((await client.send(command)).LastUpdateStatus === "Successful") return;
    await setTimeout(5);
  }
}
