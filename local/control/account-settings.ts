// GetAccountSettings: AWS's limits, and what the functions and layers of this service use of them.
// https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html

import type { GetAccountSettingsResponse } from "@aws-sdk/client-lambda";
import { maximumUnpackedBytes, maximumZipBytes } from "../../lambda/limits.ts";
import { reservedByOthers } from "./concurrency.ts";
import type { ControlContext } from "./context.ts";

export async function getAccountSettings(
  _input: object,
  context: ControlContext,
): Promise<GetAccountSettingsResponse> {
  const functions = context.store.functions.all();
  const sizes = [
    ...functions.flatMap(({ latest, versions }) =>
      [latest, ...versions].map(({ code }) => (code.kind === "zip" ? code.size : 0)),
    ),
    ...context.store.layers.all().flatMap(({ versions }) => versions.map(({ size }) => size)),
  ];
  return {
    AccountLimit: {
      TotalCodeSize: 80_530_636_800,
      CodeSizeUnzipped: maximumUnpackedBytes,
      CodeSizeZipped: maximumZipBytes,
      ConcurrentExecutions: context.concurrencyLimit,
      UnreservedConcurrentExecutions: context.concurrencyLimit - reservedByOthers(context),
    },
    AccountUsage: {
      TotalCodeSize: sizes.reduce((sum, size) => sum + size, 0),
      FunctionCount: functions.length,
    },
  };
}
