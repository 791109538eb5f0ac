// The code in a request, and the addresses from which it can be fetched again.
import { pathToFileURL } from "node:url";
import type { Code } from "../store/records.ts";
import type { Store } from "../store/store.ts";
import type { ControlContext } from "./context.ts";
import { invalidParameter } from "./errors.ts";

export interface CodeSource {
  readonly ZipFile?: Uint8Array | undefined;
  readonly S3Bucket?: string | undefined;
  readonly S3Key?: string | undefined;
  readonly S3ObjectVersion?: string | undefined;
  readonly ImageUri?: string | undefined;
}

/**
 * The bytes of the zip, which may be too many.
 * @throws ServiceError InvalidParameterValueException
 */
export function zipOf(source: CodeSource, option: string): Buffer {
  const { ZipFile, S3Bucket, S3Key, S3ObjectVersion, ImageUri } = source;
  const elsewhere = S3Bucket ?? S3Key ?? S3ObjectVersion ?? ImageUri;
  if (ZipFile !== undefined && elsewhere !== undefined) {
    throw invalidParameter(
      "Please do not provide other FunctionCode parameters when providing a ZipFile.",
    );
  }
  if (elsewhere !== undefined) {
    const kind = ImageUri === undefined ? "from S3" : "as a container image";
    throw invalidParameter(
      `The local service accepts code only as ZipFile, not ${kind}: send the zip itself (AWS CLI: ${option}).`,
    );
  }
  if (ZipFile === undefined) throw invalidParameter("Please provide a source for function code.");
  if (ZipFile.byteLength === 0) throw invalidParameter("Uploaded file must be a non-empty zip");
  return Buffer.from(ZipFile.buffer, ZipFile.byteOffset, ZipFile.byteLength);
}

/** Where a client can download the code; a folder that is served in place is a file URL. */
export function codeLocation(context: ControlContext, code: Code): string {
  return code.kind === "zip"
    ? zipLocation(context, code.sha256)
    : pathToFileURL(code.root).toString();
}

/** @param sha256 base64, as CodeSha256. */
export function zipLocation({ endpoint }: ControlContext, sha256: string): string {
  return `${endpoint}/_stdlambda/code/${Buffer.from(sha256, "base64").toString("hex")}.zip`;
}

/**
 * The file behind an address that `codeLocation` returned; undefined for any other path. The file
 * may be gone when it is asked for.
 */
export function zipFileOf(path: string, store: Store): string | undefined {
  const [, hex] = /^\/_stdlambda\/code\/([0-9a-f]{64})\.zip$/.exec(path) ?? [];
  return hex === undefined ? undefined : store.code.zip(Buffer.from(hex, "hex").toString("base64"));
}
