// Servers in other languages behind mode web, each as the Lambda Web Adapter's users start it.
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { missingTool } from "../helpers/missing-tool.ts";
import { payload1, payload2 } from "./event/http-events.ts";
import { type FunctionFolder, functionFolder } from "./runners/function-folder.ts";

const folders: Record<string, { files: Record<string, string>; handler: string; tools: string[] }> =
  {
    "Flask behind gunicorn": {
      tools: ["gunicorn"],
      handler: "run.sh",
      files: {
        "run.sh":
          '#!/bin/bash\nexec /usr/bin/gunicorn --bind=":$PORT" --workers=1 --worker-tmp-dir=/tmp app:app\n',
        "app.py": `from flask import Flask, jsonify, make_response, request
app = Flask(__name__)

@app.route("/echo/<path:name>", methods=["GET", "POST"])
def echo(name):
    response = make_response(jsonify(name=name, q=request.args.getlist("q"), body=request.get_data(as_text=True)))
    response.set_cookie("a", "1")
    response.set_cookie("b", "2")
    return response
`,
      },
    },
    "Sinatra, which starts itself": {
      tools: ["ruby"],
      handler: "run.sh",
      files: {
        "run.sh": '#!/bin/sh\nexec ruby app.rb -o 127.0.0.1 -p "$PORT" -e production -s webrick\n',
        "app.rb": `require "sinatra"
require "cgi"
require "json"

echo = proc do
  response.set_cookie("a", "1")
  response.set_cookie("b", "2")
  request.body.rewind
  values = CGI.parse(request.query_string)["q"]
  content_type :json
  JSON.generate(name: params["splat"][0].dup.force_encoding("utf-8"), q: values, body: request.body.read.force_encoding("utf-8"))
end
get "/echo/*", &echo
post "/echo/*", &echo
`,
      },
    },
    "PHP's own server": {
      tools: ["php"],
      handler: "run.sh",
      files: {
        "run.sh": '#!/bin/sh\nexec php -S "127.0.0.1:$PORT" index.php\n',
        "index.php": `<?php
setcookie("a", "1");
setcookie("b", "2");
parse_str(str_replace("q=", "q[]=", $_SERVER["QUERY_STRING"]), $query);
header("Content-Type: application/json");
echo json_encode([
  "name" => rawurldecode(substr(parse_url($_SERVER["REQUEST_URI"], PHP_URL_PATH), 6)),
  "q" => $query["q"] ?? [],
  "body" => file_get_contents("php://input"),
]);
`,
      },
    },
  };

const start = (folder: FunctionFolder, handler: string) =>
  folder.start(handler, { STDLAMBDA_MODE: "web", STDLAMBDA_WEB_PORT: String(port++) });
let port = 28_000 + (process.pid % 10_000);

describe("mode web runs", () => {
  for (const [name, { tools, handler, files }] of Object.entries(folders)) {
    it(name, { skip: missingTool(tools) }, async () => {
      await using host = await start(functionFolder(files), handler);
      const query = { rawPath: "/echo/a%20%C3%BC/b", rawQueryString: "q=1&q=%C3%A4+2" };
      const answer = await host.invoke(payload2({ ...query, body: "ö=1" }));
      const { statusCode, body, cookies, headers } = JSON.parse(String(answer.body));
      assert.equal(statusCode, 200, `${answer.body}${answer.log}`);
      assert.match(headers["content-type"] ?? headers["Content-Type"], /^application\/json/);
      const expected = { name: "a ü/b", q: ["1", "ä 2"], body: "ö=1" };
      assert.deepEqual(JSON.parse(body), expected);
      assert.deepEqual(
        cookies.map((cookie: string) => cookie.split(";")[0]),
        ["a=1", "b=2"],
      );
      const rest = await host.invoke(payload1({ path: "/echo/x", body: null, httpMethod: "GET" }));
      const { multiValueHeaders } = JSON.parse(String(rest.body));
      const [, lists] = Object.entries<string[]>(multiValueHeaders).find(([header]) =>
        /^set-cookie$/i.test(header),
      ) ?? ["", []];
      assert.equal(lists.length, 2);
    });
  }

  it("nginx, with its files and ranges of them", { skip: missingTool(["nginx"]) }, async () => {
    const files = functionFolder({
      "run.sh": `#!/bin/sh
mkdir -p "/tmp/nginx-$PORT"
sed -e "s#@PORT@#$PORT#g" -e "s#@ROOT@#$LAMBDA_TASK_ROOT#" nginx.conf > "/tmp/nginx-$PORT/nginx.conf"
exec nginx -e /dev/stderr -p "/tmp/nginx-$PORT" -c "/tmp/nginx-$PORT/nginx.conf" -g "daemon off;"
`,
      "nginx.conf": `user root;
worker_processes 1;
pid /tmp/nginx-@PORT@/pid;
error_log /dev/stderr;
events { worker_connections 64; }
http {
  access_log /dev/stdout;
  client_body_temp_path /tmp/nginx-@PORT@/body;
  proxy_temp_path /tmp/nginx-@PORT@/proxy;
  fastcgi_temp_path /tmp/nginx-@PORT@/fastcgi;
  uwsgi_temp_path /tmp/nginx-@PORT@/uwsgi;
  scgi_temp_path /tmp/nginx-@PORT@/scgi;
  types { text/html html; image/png png; }
  server { listen 127.0.0.1:@PORT@; root @ROOT@/public; }
}
`,
      "public/index.html": "<h1>nginx</h1>\n",
    });
    await using host = await start(files, "run.sh");
    const get = async (change: object) => {
      const request = payload2({ rawQueryString: "", body: undefined, ...change });
      Object.assign(request, { requestContext: { http: { method: "GET" } } });
      const answer = await host.invoke(request);
      return { log: answer.log, ...JSON.parse(String(answer.body)) };
    };
    const page = await get({ rawPath: "/" });
    assert.equal(page.statusCode, 200, page.body);
    assert.equal(page.body, "<h1>nginx</h1>\n");
    assert.match(page.log, /"GET \/ HTTP\/1\.1" 200/);
    const range = await get({ rawPath: "/index.html", headers: { range: "bytes=4-8" } });
    assert.deepEqual([range.statusCode, range.body], [206, "nginx"]);
    assert.equal((await get({ rawPath: "/none" })).statusCode, 404);
    assert.equal((await get({ rawPath: "/../../etc/passwd" })).statusCode, 400);
  });
});
