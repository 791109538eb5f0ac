// A function of the Fetch API, as Hono, Deno, Bun and Workers write it.

export default {
  async fetch(request: Request): Promise<Response> {
    const { pathname } = new URL(request.url);
    if (pathname !== "/orders") return new Response("Not found\n", { status: 404 });
    if (request.method !== "POST") return Response.json([]);
    const { article } = (await request.json()) as { article: string };
    return Response.json({ id: "A-1001", article }, { status: 201 });
  },
};
