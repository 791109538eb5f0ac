// What a layer, a function's package or an image consists of: files by name, mode and content.

export interface PackageFile {
  /** Relative, with `/`; never absolute, never with `..`. */
  readonly path: string;
  readonly content:
    | { readonly kind: "bytes"; readonly bytes: Buffer }
    /** Read when it is written, because a Node binary has 120 MB. */
    | { readonly kind: "file"; readonly file: string }
    | { readonly kind: "link"; readonly target: string };
  /** Whether the mode is 0755; otherwise 0644. The file system's own mode does not count. */
  readonly executable: boolean;
}
