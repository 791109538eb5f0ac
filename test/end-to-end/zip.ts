// Zips as a user's tool writes them, with the executable bit where a name ends with `*`.
import { buffer } from "node:stream/consumers";
import { ZipFile } from "yazl";

export function zip(files: Readonly<Record<string, string | Buffer>>): Promise<Buffer> {
  const archive = new ZipFile();
  for (const [name, content] of Object.entries(files)) {
    archive.addBuffer(Buffer.from(content), name.replace(/\*$/, ""), {
      mode: name.endsWith("*") ? 0o100755 : 0o100644,
    });
  }
  archive.end();
  return buffer(archive.outputStream);
}
