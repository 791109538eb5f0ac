/** A function of the Fetch API: an app of Hono, `export default app`, can stand here instead. */
export default {
  fetch(request: Request): Response {
    const { pathname, searchParams } = new URL(request.url);
    console.log(`${request.method} ${pathname}`);
    if (request.method !== "GET") {
      const headers = { allow: "GET" };
      return Response.json({ error: "only GET is answered here" }, { status: 405, headers });
    }
    return Response.json({ greeting: `Hello, ${searchParams.get("name") ?? "World"}!` });
  },
};
