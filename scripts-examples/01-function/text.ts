export function upper(body: string, headers: Record<string, string>): string {
  console.error(`${headers["lambda-runtime-aws-request-id"]}: ${body.length} characters`);
  return body.toUpperCase();
}
