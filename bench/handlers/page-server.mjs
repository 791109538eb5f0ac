// The same page by a bare server of node:http.
import { createServer } from "node:http";

const headers = { "content-type": "text/html; charset=utf-8" };

createServer((request, response) => {
  response.writeHead(200, headers).end(`<h1>${request.url}</h1>\n`);
}).listen(Number(process.env.PORT), "127.0.0.1", () => process.send?.("ready"));
