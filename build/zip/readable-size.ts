// A size in words, in AWS's units: its MB has 1024 KB.

const kilobyte = 1024;
const megabyte = 1024 * kilobyte;

export function readableSize(bytes: number): string {
  if (bytes >= megabyte) return `${(bytes / megabyte).toFixed(1)} MB`;
  return bytes >= kilobyte ? `${(bytes / kilobyte).toFixed(1)} KB` : `${bytes} bytes`;
}
