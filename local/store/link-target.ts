// Where a link of a package leads, followed as the kernel does: a link may lead through another one.
import { quoted, refuseEntry } from "./refuse-zip.ts";

/** The kernel's own limit (path_resolution(7)); more is a circle. */
const maximumLinks = 40;

/**
 * @param targets The target of each link of the package, by path.
 * @throws ServiceError for a link that leaves the package, now or once its target exists.
 */
export function checkLinkTargets(targets: ReadonlyMap<string, string>): void {
  // A disk that ignores case takes `A/..` through the link `a`, another one does not.
  for (const fold of [exactly, ignoringCase]) {
    const links = new Map([...targets].map(([path, target]) => [fold(path), target]));
    for (const [path, target] of targets) checkLink(path, target, (name) => links.get(fold(name)));
  }
}

const exactly = (path: string) => path;
const ignoringCase = (path: string) => path.normalize("NFC").toLowerCase();

function checkLink(
  path: string,
  target: string,
  linkAt: (path: string) => string | undefined,
): void {
  let followed = 0;

  /** The segments of the place that `way` leads to from `folder`. */
  const follow = (folder: readonly string[], way: string): readonly string[] => {
    if (++followed > maximumLinks) throw refuseEntry(path, "is a link that leads in a circle");
    if (way.startsWith("/") || way.startsWith("\\") || /^[A-Za-z]:/.test(way)) throw leaves();
    let place = folder;
    for (const segment of way.split("/")) {
      if (segment === "" || segment === ".") continue;
      if (segment === "..") {
        if (place.length === 0) throw leaves();
        place = place.slice(0, -1);
      } else {
        const next = linkAt([...place, segment].join("/"));
        place = next === undefined ? [...place, segment] : follow(place, next);
      }
    }
    return place;
  };

  const leaves = () =>
    refuseEntry(
      path,
      `is a link to ${quoted(target)}, which is outside of the package; put the file itself in its place`,
    );

  if (target === "" || target.includes("\0")) throw refuseEntry(path, "is a link to nothing");
  follow(path.split("/").slice(0, -1), target);
}
