// Function URLs of `stdlambda dev` in a browser: a page of a script, an app with cookies, a stream.
import assert from "node:assert/strict";
import { symlinkSync } from "node:fs";
import { join } from "node:path";
import { after, before, suite, type TestContext, test } from "node:test";
import { type Browser, chromium } from "playwright-core";
import { missingTool } from "../helpers/missing-tool.ts";
import { temporaryFiles } from "../host/temporary-files.ts";
import { startDev } from "./dev-process.ts";

const modules = join(import.meta.dirname, "../../node_modules");

const files = {
  "page.sh": `#!/bin/sh
if [ "$PATH_INFO" = /dot.gif ]; then
  printf 'Content-Type: image/gif\\n\\n'
  printf 'GIF89a\\003\\000\\001\\000\\200\\000\\000\\377\\377\\377\\000\\000\\000,\\000\\000\\000\\000\\003\\000\\001\\000\\000\\002\\002\\204\\121\\000;'
  exit
fi
cat <<END
Content-Type: text/html; charset=utf-8
Set-Cookie: seen=yes; Path=/

<!doctype html><title>Seite</title><h1>Grüße</h1>
<form method="post" action="form?x=1"><input name="word" value="ä &amp; b"><button>send</button></form>
<pre>$REQUEST_METHOD $PATH_INFO $QUERY_STRING [\${HTTP_COOKIE-}] \${CONTENT_TYPE-} $(cat)</pre>
<img src="dot.gif" alt="">
END
`,
  "app.ts": `import { Hono } from "hono";
import { getCookie, setCookie } from "hono/cookie";
const app = new Hono();
app.get("/", (c) => c.html('<title>App</title><a href="login?user=Ada">log in</a><a id="out" href="logout">out</a>'));
app.get("/login", (c) => {
  setCookie(c, "user", c.req.query("user") ?? "", { httpOnly: true });
  setCookie(c, "theme", "dark");
  return c.redirect("home", 303);
});
app.get("/home", (c) => c.html(\`<p>\${getCookie(c, "user")} \${getCookie(c, "theme")}</p>\`));
export default app;
`,
  "ticks.mjs": `export default {
  fetch(request) {
    if (!request.url.endsWith("events")) {
      const script = \`const seen = document.querySelector("pre");
new EventSource("events").onmessage = ({ data }) => { seen.textContent += data + "@" + Math.round(performance.now()) + " "; };\`;
      return new Response("<pre></pre><script>" + script + "</script>", { headers: { "content-type": "text/html" } });
    }
    let count = 0;
    const body = new ReadableStream({
      async pull(controller) {
        controller.enqueue("data: " + count++ + "\\n\\n");
        if (count === 3) return controller.close();
        await new Promise((done) => setTimeout(done, 400));
      },
    }).pipeThrough(new TextEncoderStream());
    return new Response(body, { headers: { "content-type": "text/event-stream" } });
  },
};
`,
};

const configuration = {
  functions: {
    page: { handler: "page.sh", url: true, environment: { STDLAMBDA_STDIN: "body" } },
    app: { handler: "app.fetch", url: true },
    ticks: {
      handler: "ticks.fetch",
      url: { stream: true },
      environment: { STDLAMBDA_STDOUT: "stream" },
    },
  },
};

suite("A browser", { skip: missingTool(["chromium"]) }, () => {
  let browser: Browser;
  before(async () => {
    browser = await chromium.launch({
      executablePath: "/usr/bin/chromium",
      args: ["--no-sandbox"],
    });
  });
  after(() => browser?.close());

  /** A page of a service of its own, and every answer that was not a success. */
  async function open(t: TestContext, path: string) {
    const root = temporaryFiles({
      ...files,
      "stdlambda.config.json": JSON.stringify(configuration),
    });
    symlinkSync(modules, join(root, "node_modules"));
    const dev = await startDev(t, {}, { root });
    const page = await browser.newPage();
    t.after(() => page.close());
    const refused: string[] = [];
    // Chromium asks for an icon by itself, at the root, which is not a function's.
    page.on("response", (response) => {
      if (response.status() < 400 || response.url().endsWith("/favicon.ico")) return;
      refused.push(`${response.status()} ${response.url()}`);
    });
    await page.goto(`${dev.url}/lambda-url/${path}`);
    return { page, refused };
  }

  test("shows a script's page, sends its form and shows its image", async (t) => {
    const { page, refused } = await open(t, "page/");
    assert.equal(await page.title(), "Seite");
    assert.equal(await page.locator("h1").textContent(), "Grüße");
    assert.equal((await page.locator("pre").textContent())?.trim(), "GET /  []");
    const widthOfImage = "document.images[0].naturalWidth";
    assert.equal(await page.evaluate(widthOfImage), 3);
    await page.getByRole("button").click();
    await page.waitForURL(/form\?x=1$/);
    assert.equal(
      await page.locator("pre").textContent(),
      "POST /form x=1 [seen=yes] application/x-www-form-urlencoded word=%C3%A4+%26+b",
    );
    assert.deepEqual(refused, []);
  });

  test("logs in to an app of Hono: a redirect with cookies, which come back", async (t) => {
    const { page, refused } = await open(t, "app/");
    await page.getByText("log in").click();
    await page.waitForURL(/\/home$/);
    assert.equal(await page.locator("p").textContent(), "Ada dark");
    const cookies = await page.context().cookies();
    assert.deepEqual(cookies.map(({ name, value, httpOnly }) => [name, value, httpOnly]).sort(), [
      ["theme", "dark", false],
      ["user", "Ada", true],
    ]);
    assert.deepEqual(refused, []);
  });

  test("sees each event of a stream when it is sent", async (t) => {
    const { page, refused } = await open(t, "ticks/");
    await page.waitForFunction("document.querySelector('pre').textContent.includes('2@')");
    const text = (await page.locator("pre").textContent()) ?? "";
    const times = [...text.matchAll(/@(\d+)/g)].map(([, at]) => Number(at));
    // 800 ms lie between the first and the last; the first may wait for the page.
    assert.ok(Math.max(...times) - Math.min(...times) >= 400, text);
    assert.deepEqual(refused, []);
  });
});
