// What the `stdio` binding adds: stdin, the descriptors 0 to 2 and children that inherit them. Apart,
// because its modules of Node cost a function 2 ms of its start and serve mode `main` alone.
import { bindChildren } from "./children.ts";
import { bindDescriptors } from "./descriptors.ts";
import { bindStdin } from "./stdin.ts";

export function bindStdio(): void {
  bindStdin();
  bindDescriptors();
  bindChildren();
}
