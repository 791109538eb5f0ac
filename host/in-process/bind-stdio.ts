// The rest of the `stdio` binding: stdin, the descriptors 0 to 2, and children that inherit them.
// It is a file of its own because it loads modules of Node that would cost a function 2 ms of its
// start.
import { bindChildren } from "./children.ts";
import { bindDescriptors } from "./descriptors.ts";
import { bindStdin } from "./stdin.ts";

export function bindStdio(): void {
  bindStdin();
  bindDescriptors();
  bindChildren();
}
