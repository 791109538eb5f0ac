// The message when a function does not exist.
import { ExpectedError } from "../../host/expected-error.ts";
import type { DeploySession } from "./deploy-session.ts";

export function noFunction(name: string, { endpoint, region }: DeploySession): ExpectedError {
  const place = endpoint.url === undefined ? region : `${endpoint.url} (${region})`;
  return new ExpectedError(`there is no function ${name} in ${place}`, {
    remedy:
      "stdlambda list --all shows the functions; for another account or region, pass --profile or --region",
  });
}
