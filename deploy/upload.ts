// How a zip gets to Lambda: in the request itself, or through S3 if it is too large for one.

import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { readFile, stat } from "node:fs/promises";
import { pipeline } from "node:stream/promises";
import type { S3Client } from "@aws-sdk/client-s3";
import { readableSize } from "../build/zip/readable-size.ts";
import { ExpectedError } from "../host/expected-error.ts";
import { maximumZipBytes } from "../lambda/limits.ts";
import { callOptions, type Session } from "./session.ts";

export interface CodeZip {
  /** The zip's file. */
  readonly path: string;
  readonly bytes: number;
  /** Base64, as Lambda's CodeSha256. */
  readonly codeSha256: string;
}

export interface UploadTarget {
  readonly bucket: string;
  readonly makeClient: () => Promise<S3Client>;
}

export type UploadedCode =
  | { readonly ZipFile: Uint8Array }
  | { readonly S3Bucket: string; readonly S3Key: string };

/** @throws ExpectedError when it is too large for a request and no bucket was given. */
export async function uploadCode(
  zip: CodeZip,
  target: UploadTarget | undefined,
  session: Session,
): Promise<UploadedCode> {
  if (zip.bytes <= maximumZipBytes) return { ZipFile: await readFile(zip.path) };
  if (target === undefined) throw tooLarge(zip);
  return uploadToS3(zip, target, session);
}

/** @throws ExpectedError, before anything is changed. */
export function requireUploadable(zip: CodeZip, target: UploadTarget | undefined): void {
  if (zip.bytes > maximumZipBytes && target === undefined) throw tooLarge(zip);
}

/** For any zip on the disk. */
export async function describeZip(path: string): Promise<CodeZip> {
  const { size } = await stat(path);
  const hash = createHash("sha256");
  await pipeline(createReadStream(path), hash);
  return { path, bytes: size, codeSha256: hash.digest("base64") };
}

/** The key is the hash of the content, so an existing object is not sent again. */
async function uploadToS3(
  { path, bytes, codeSha256 }: CodeZip,
  { bucket, makeClient }: UploadTarget,
  session: Session,
): Promise<UploadedCode> {
  const { HeadObjectCommand, PutObjectCommand } = await import("@aws-sdk/client-s3");
  const Key = `stdlambda/${Buffer.from(codeSha256, "base64").toString("hex")}.zip`;
  const place = { Bucket: bucket, Key };
  const client = await makeClient();
  const options = callOptions(session);
  try {
    const head = client.send(new HeadObjectCommand(place), options);
    const found = await head.catch((error: unknown) => absent(error, bucket, session.region));
    if (found?.ContentLength !== bytes) {
      session.steps.step(`Uploading ${readableSize(bytes)} to s3://${bucket}/${Key}`);
      const put = { ...place, Body: await readFile(path), ContentType: "application/zip" };
      await client.send(new PutObjectCommand({ ...put, ChecksumSHA256: codeSha256 }), options);
      session.onDone(`uploaded s3://${bucket}/${Key}`);
    }
  } finally {
    client.destroy();
  }
  return { S3Bucket: bucket, S3Key: Key };
}

/**
 * S3 answers 403 for a missing object if the caller may not list the bucket; the upload then shows
 * whether that is all. An answer to HEAD has no body, so only its status shows another region.
 */
function absent(error: unknown, bucket: string, region: string): undefined {
  const { $metadata } = error as { $metadata?: { httpStatusCode?: number } };
  const status = $metadata?.httpStatusCode;
  if (status === 404 || status === 403) return undefined;
  if (status === 301 || status === 400) {
    throw new ExpectedError(
      `the bucket ${bucket} is not in ${region}, and Lambda reads code only from a bucket in its own region`,
      {
        remedy: `Name another one with --s3-bucket; aws s3api get-bucket-location --bucket ${bucket} shows where this one is`,
        cause: error,
      },
    );
  }
  throw error;
}

function tooLarge({ path, bytes }: CodeZip): ExpectedError {
  return new ExpectedError(
    `${path} has ${readableSize(bytes)}, and Lambda accepts up to ${readableSize(maximumZipBytes)} in a request`,
    { remedy: "Name a bucket in the function's region to send it through: --s3-bucket BUCKET" },
  );
}
