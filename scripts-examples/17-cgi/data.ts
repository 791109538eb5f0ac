// The same in TypeScript; what is not a header block is the body, and its type is told by its bytes.
import { readFileSync } from "node:fs";

readFileSync(0);
const { PATH_INFO, QUERY_STRING } = process.env;
const name = new URLSearchParams(QUERY_STRING).get("name") ?? "world";
console.log(JSON.stringify({ hello: name, path: PATH_INFO }));
