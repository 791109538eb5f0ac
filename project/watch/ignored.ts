// Names whose changes do not affect a function: bookkeeping of other tools, and editors' temporary
// files.

const folders = new Set([".git", ".hg", ".svn", ".stdlambda", "__pycache__", ".cache"]);

/**
 * Vim's 4913 and swap files, Emacs' locks and autosaves, backups, JetBrains' and GNOME's safe
 * writes, the temporary names of sed and of kate.
 */
const drafts =
  /^(?:4913|\.#.*|#.*#|.*~|\..*\.sw[a-z]|\..*\.kate-swp|.*___jb_(?:tmp|old|bak)___|\.goutputstream-.*|sed[A-Za-z0-9]{6}|\.DS_Store)$/;

/** `name` is one segment of a path. */
export function isIgnored(name: string): boolean {
  return folders.has(name) || drafts.test(name);
}

/** The same for a path below a watched folder. */
export function holdsIgnored(path: string): boolean {
  return path.split("/").some(isIgnored);
}
