// A web server as any other: it listens on the port that PORT names, and knows nothing of Lambda.
import { createServer } from "node:http";

const server = createServer((request, response) => {
  const { pathname, searchParams } = new URL(request.url ?? "/", "http://localhost");
  // Lambda's own front end dates the answer.
  response.sendDate = false;
  response.setHeader("Content-Type", "text/plain; charset=utf-8");
  response.end(`${pathname}: hello, ${searchParams.get("name") ?? "world"}!\n`);
});
server.listen(process.env.PORT);
