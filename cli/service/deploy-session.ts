// What the verbs that change or show functions on Lambda share: client, region, errors.

import type { LambdaClientConfig } from "@aws-sdk/client-lambda";
import type { S3ClientConfig } from "@aws-sdk/client-s3";
import type { Session } from "../../deploy/session.ts";
import type { UploadTarget } from "../../deploy/upload.ts";
import { ExpectedError, withSubject } from "../../host/expected-error.ts";
import { write } from "../terminal/output.ts";
import { createProgress, type Progress } from "../terminal/progress.ts";
import type { Surroundings } from "../terminal/surroundings.ts";
import { deployEndpoint } from "./deploy-endpoint.ts";
import { deployFault } from "./deploy-fault.ts";
import { requestHandler } from "./request-handler.ts";
import { type ClientOptions, clientConfiguration } from "./service-client.ts";
import { type EndpointOptions, namedEndpoint, type ServiceEndpoint } from "./service-endpoint.ts";

export interface ServiceOptions extends EndpointOptions, ClientOptions {
  readonly quiet?: boolean;
  readonly json?: boolean;
}

export interface DeploySession extends Session {
  readonly endpoint: ServiceEndpoint;
  /** On stderr. */
  readonly steps: Progress;
  /** The subject of the next calls, for an error that does not name it. */
  about(name: string): void;
  /** To stdout, after the progress line is erased. */
  print(text: string): Promise<void>;
  /** For `--s3-bucket`; the same credentials, region and profile. */
  uploadTarget(bucket: string | undefined): UploadTarget | undefined;
}

/**
 * Runs `work` with a client; errors become a line with a remedy. When the user stops it, lists what
 * has been done by then.
 */
export async function withSession<Result>(
  options: ServiceOptions,
  surroundings: Surroundings,
  work: (session: DeploySession) => Promise<Result>,
): Promise<Result> {
  const { stderr, env, signal } = surroundings;
  const endpoint = await deployEndpoint(options, env);
  // The package takes 100 ms to load, so only these verbs load it.
  const { LambdaClient } = await import("@aws-sdk/client-lambda");
  const configuration = await deployConfiguration(endpoint, options, env);
  const client = new LambdaClient(configuration);
  const done: string[] = [];
  let subject: string | undefined;
  using progress = createProgress(surroundings, options);
  try {
    const session: DeploySession = {
      client,
      region: await client.config.region(),
      signal,
      endpoint,
      steps: progress,
      onDone: (text) => done.push(text),
      about: (name) => {
        subject = name;
      },
      async print(text) {
        progress[Symbol.dispose]();
        await write(surroundings.stdout, text);
      },
      uploadTarget: (bucket) =>
        bucket === undefined
          ? undefined
          : {
              bucket,
              async makeClient() {
                const { S3Client } = await import("@aws-sdk/client-s3");
                return new S3Client(await bucketConfiguration(configuration, options, env));
              },
            },
    };
    return await work(session);
  } catch (error) {
    progress[Symbol.dispose]();
    const isStopped = signal?.aborted === true;
    if (isStopped || done.length > 0) stderr.write(soFar(done, isStopped));
    if (isStopped) throw signal?.reason;
    throw explained(error, endpoint, subject);
  } finally {
    client.destroy();
  }
}

/**
 * What is done when an error ends the command; the call that was in progress may be done as well.
 */
function soFar(done: readonly string[], isStopped: boolean): string {
  const what = isStopped ? "stopped" : "not finished";
  return [
    done.length > 0 ? `${what}; done so far:` : what,
    ...done.map((text) => `  ${text}`),
    "Run the same command again: it continues from there.",
    "",
  ].join("\n");
}

function explained(
  error: unknown,
  endpoint: ServiceEndpoint,
  subject: string | undefined,
): unknown {
  if (!(error instanceof Error)) return error;
  // Expected errors, and refusals of this machine's file system, are reported as they are.
  if (error instanceof ExpectedError || ("syscall" in error && "path" in error)) return error;
  // A bug of ours is shown with its stack.
  const isOurs = [TypeError, RangeError, ReferenceError].some((kind) => error instanceof kind);
  if (isOurs && !("$metadata" in error)) return error;
  const fault = deployFault(error, endpoint);
  const isAboutSubject = /^(?:InvalidParameter|Validation|ResourceConflict)/.test(error.name);
  if (subject === undefined || !isAboutSubject || fault.message.includes(subject)) return fault;
  return withSubject(subject, fault);
}

/** Sending 50 MB over a slow line takes its time; the answer comes soon after. */
const uploadTimeouts = { connectionTimeout: 10_000, requestTimeout: 600_000 };

/** Every call of these verbs can be repeated: it says what is wanted, not what to add. */
async function deployConfiguration(
  endpoint: ServiceEndpoint,
  options: ServiceOptions,
  env: NodeJS.ProcessEnv,
): Promise<LambdaClientConfig> {
  return {
    ...(await clientConfiguration(endpoint, options, env, uploadTimeouts)),
    // Eight tries wait out a second or two of throttling, as in a pipeline that deploys fifty
    // functions.
    maxAttempts: endpoint.isRemote ? 8 : 2,
  };
}

/** The same credentials and region; the address of Lambda is not that of S3. */
async function bucketConfiguration(
  { region, credentials, profile, maxAttempts }: LambdaClientConfig,
  options: ServiceOptions,
  env: NodeJS.ProcessEnv,
): Promise<S3ClientConfig> {
  const { endpointUrl: _, ...rest } = options;
  const { url = env.AWS_ENDPOINT_URL_S3 || undefined } = await namedEndpoint(rest, env, "s3");
  return {
    ...(region && { region }),
    ...(credentials && { credentials }),
    ...(profile !== undefined && { profile }),
    ...(maxAttempts && { maxAttempts }),
    requestHandler: await requestHandler(url, env, uploadTimeouts),
    ignoreConfiguredEndpointUrls: true,
    // A substitute for S3 on this machine has no host names for buckets.
    ...(url && { endpoint: url, forcePathStyle: true }),
  };
}
