// The options of a layer with the host, for `layer build` and `layer publish`.
import { type Command, Option } from "commander";
import type { LayerMode } from "../../build/layer/layer.ts";
import { incorrectUsage } from "../../host/expected-error.ts";
import { type Architecture, architectures } from "../../lambda/architectures.ts";
import { lambdaDefaults } from "../../lambda/defaults.ts";
import { type NodeMajor, nodeMajors, usualNode } from "../../lambda/node.ts";

export interface LayerFlags {
  readonly mode: LayerMode;
  readonly arch: Architecture;
  readonly node?: NodeMajor;
}

export function addLayerOptions(command: Command): Command {
  return command
    .addOption(
      new Option("--mode <mode>", "full: with Node, for provided.al2023; thin: for nodejs24.x")
        .choices(["full", "thin"])
        .default("full"),
    )
    .option(
      "--node <major>",
      `the Node version of a full layer: ${either} (default: ${usualNode})`,
      nodeMajor,
    )
    .addOption(
      new Option("--arch <architecture>", "the functions' processor")
        .choices(architectures)
        .default(lambdaDefaults.architecture),
    );
}

const either = nodeMajors.join(" or ");

function nodeMajor(text: string): NodeMajor {
  const found = nodeMajors.find((major) => major === text);
  if (found !== undefined) return found;
  if (!(Number(text) >= 25)) {
    throw incorrectUsage(`a full layer cannot bring Node ${text}`, { remedy: `Give ${either}` });
  }
  throw incorrectUsage(
    `a full layer cannot bring Node ${text}: from 25 on it needs libatomic, which Amazon Linux does not have`,
    { remedy: "Use the thin layer on the runtime nodejs26.x: --mode thin" },
  );
}

/** @throws ExpectedError for a thin layer with a Node. */
export function requireFullForNode({ mode, node }: LayerFlags): void {
  if (mode !== "thin" || node === undefined) return;
  throw incorrectUsage("a thin layer does not include Node: it uses the runtime's own", {
    remedy: "Leave --node out, or use --mode full",
  });
}
