// What keeps a deployment from going on, in a line, and what to do about it in the next ones.

export class DeployError extends Error {
  override name = "DeployError";
}
