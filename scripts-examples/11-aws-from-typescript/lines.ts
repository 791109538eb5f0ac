// Counts the lines of the objects that an S3 event names, with AWS's SDK and the role's credentials.
import { json } from "node:stream/consumers";
import { GetObjectCommand, S3Client } from "@aws-sdk/client-s3";

/** What is used of an event of S3. */
interface S3Event {
  readonly Records: readonly {
    readonly s3: {
      readonly bucket: { readonly name: string };
      readonly object: { readonly key: string };
    };
  }[];
}

const client = new S3Client();
const { Records } = (await json(process.stdin)) as S3Event;
const counts: Record<string, number> = {};
for (const { s3 } of Records) {
  // Keys are encoded as in a form: a space is a plus.
  const key = decodeURIComponent(s3.object.key.replaceAll("+", " "));
  const { Body } = await client.send(new GetObjectCommand({ Bucket: s3.bucket.name, Key: key }));
  const text = (await Body?.transformToString()) ?? "";
  counts[key] = text.split("\n").length - 1;
}
console.log(JSON.stringify(counts));
