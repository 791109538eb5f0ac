// The runtime as a layer: `stdlambda layer build`, as a construct.
import {
  Architecture,
  LayerVersion,
  type LayerVersionOptions,
  Runtime,
} from "aws-cdk-lib/aws-lambda";
import type { Construct } from "constructs";
import { builtCode } from "./built-code.ts";

export interface StdlambdaLayerProps extends LayerVersionOptions {
  /**
   * `full` contains Node, for provided.al2023 and for scripts on AWS's Python and Ruby; `thin` uses
   * the Node of a managed runtime. @default "full"
   */
  readonly mode?: "full" | "thin";
  /** @default Architecture.X86_64 */
  readonly architecture?: Architecture;
  /** Node's major version in a full layer. @default the builder's own */
  readonly node?: 22 | 24 | 26;
  /** Programs for /opt/bin: the file by the program's name, relative to `directory`. */
  readonly add?: Readonly<Record<string, string>>;
  /** npm packages for every function, as `name@version`. */
  readonly with?: readonly string[];
  /** Where stdlambda is installed and paths begin. @default the app's working directory */
  readonly directory?: string;
}

export class StdlambdaLayer extends LayerVersion {
  constructor(scope: Construct, id: string, props: StdlambdaLayerProps = {}) {
    const { mode = "full", architecture = Architecture.X86_64, directory = "." } = props;
    const { node, add = {}, with: packages = [], ...options } = props;
    const args = ["layer", "build", "--mode", mode, "--arch", architecture.name];
    if (node !== undefined) args.push("--node", String(node));
    for (const [name, path] of Object.entries(add)) args.push("--add", `${name}=${path}`);
    for (const one of packages) args.push("--with", one);
    super(scope, id, {
      description: `stdlambda, ${mode}`,
      ...options,
      code: builtCode(directory, args),
      ...(runtimes[mode] && { compatibleRuntimes: runtimes[mode] }),
      compatibleArchitectures: [architecture],
    });
  }
}

/**
 * A full layer is also for AWS's Python and Ruby of any version; CDK compares the runtime objects
 * themselves.
 */
const runtimes = {
  full: undefined,
  thin: [Runtime.NODEJS_22_X, Runtime.NODEJS_24_X],
};
