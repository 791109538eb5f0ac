// Where a link of a package leads, resolved as the kernel does: a link may lead through another
// one.
import { quoted, refuseEntry, refuseZip } from "./refuse-zip.ts";

/** The kernel's own limit (path_resolution(7)); more is a circle. */
const maximumHops = 40;
/** Not limits of Lambda: far more than any package has, few enough to be followed at once. */
const maximumLinks = 20_000;
const maximumTargetBytes = 4 * 1024 * 1024;

/** A name in the package; those that only links speak of are there as well. */
interface Place {
  readonly parent: Place | undefined;
  readonly children: Map<string, Place>;
  link?: Link;
}

interface Link {
  readonly path: string;
  readonly target: string;
  readonly folder: Place;
  /** Where it leads, once that is known: each link is followed once, whatever leads through it. */
  end?: { readonly place: Place; readonly hops: number };
}

/**
 * @param targets The target of each link of the package, by path.
 * @throws ServiceError for a link that leaves the package, now or once its target exists.
 */
export function checkLinkTargets(targets: ReadonlyMap<string, string>): void {
  if (targets.size > maximumLinks) {
    throw refuseZip(`It has ${targets.size} links; at most ${maximumLinks} are unpacked.`);
  }
  let bytes = 0;
  for (const target of targets.values()) bytes += target.length;
  if (bytes > maximumTargetBytes) {
    throw refuseZip(
      `The targets of its links have ${bytes} bytes; at most ${maximumTargetBytes} are unpacked.`,
    );
  }
  // A disk that ignores case takes `A/..` through the link `a`, another one does not.
  for (const fold of [exactly, ignoringCase]) {
    const root: Place = { parent: undefined, children: new Map() };
    const links = [...targets].map(([path, target]) => plant(root, path, target, fold));
    for (const link of links) follow(link, 1, fold);
  }
}

type Fold = (name: string) => string;

const exactly: Fold = (name) => name;
const ignoringCase: Fold = (name) => name.normalize("NFC").toLowerCase();

function plant(root: Place, path: string, target: string, fold: Fold): Link {
  if (target === "" || target.includes("\0")) throw refuseEntry(path, "is a link to nothing");
  if (/^(?:[/\\]|[A-Za-z]:)/.test(target)) throw leaves(path, target);
  let place = root;
  for (const segment of path.split("/")) place = childOf(place, fold(segment));
  const link: Link = { path, target, folder: place.parent ?? root };
  place.link ??= link;
  return link;
}

function childOf(place: Place, name: string): Place {
  let child = place.children.get(name);
  if (child === undefined) {
    child = { parent: place, children: new Map() };
    place.children.set(name, child);
  }
  return child;
}

/** `hops` with this one: how many links have been followed to come here. */
function follow(link: Link, hops: number, fold: Fold): Required<Link>["end"] {
  if (link.end !== undefined) return link.end;
  if (hops > maximumHops) throw circle(link.path);
  let place = link.folder;
  let followed = 1;
  for (const segment of link.target.split("/")) {
    if (segment === "" || segment === ".") continue;
    if (segment === "..") {
      if (place.parent === undefined) throw leaves(link.path, link.target);
      place = place.parent;
      continue;
    }
    place = childOf(place, fold(segment));
    if (place.link === undefined) continue;
    const end = follow(place.link, hops + 1, fold);
    followed += end.hops;
    if (followed > maximumHops) throw circle(link.path);
    place = end.place;
  }
  link.end = { place, hops: followed };
  return link.end;
}

function circle(path: string) {
  return refuseEntry(path, "is a link that leads in a circle");
}

function leaves(path: string, target: string) {
  return refuseEntry(
    path,
    `is a link to ${quoted(target)}, which is outside of the package; put the file itself in its place`,
  );
}
