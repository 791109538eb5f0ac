import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { readHttpRequest } from "../../../host/event/http-request.ts";
import { alb, albLists, lattice, payload1, payload2, webSocket } from "./http-events.ts";

const read = (event: unknown) => readHttpRequest(Buffer.from(JSON.stringify(event)));

describe("an event that is a request", () => {
  it("is told by its shape", () => {
    const shapes = [payload2(), payload1(), alb(), albLists(), lattice(), webSocket()];
    assert.deepEqual(
      shapes.map((event) => read(event)?.source),
      ["payload-2", "payload-1", "alb", "alb-multi-value", "lattice", "websocket"],
    );
  });

  it("is none when it asks an authorizer, whatever it looks like", () => {
    for (const event of [payload1(), payload2(), webSocket()]) {
      assert.equal(read({ ...event, type: "REQUEST", methodArn: "arn:x" }), undefined);
      assert.equal(read({ ...event, type: "REQUEST", routeArn: "arn:x" }), undefined);
      assert.equal(read({ ...event, type: "TOKEN", methodArn: "arn:x" }), undefined);
    }
    assert.equal(read(payload1({ type: "REQUEST" }))?.source, "payload-1");
  });

  it("is none without a shape of its own", () => {
    const others = [
      null,
      [],
      { requestContext: null },
      { requestContext: {} },
      { requestContext: { apiId: "appsync" }, arguments: {} },
      { httpMethod: "GET", path: "/" },
      { Records: [{ body: '"requestContext"' }] },
    ];
    for (const event of others) assert.equal(read(event), undefined, JSON.stringify(event));
    assert.equal(readHttpRequest(Buffer.from('{"requestContext"')), undefined);
  });

  it("has the stage apart where the client wrote it", () => {
    const of = (event: unknown) => {
      const { scriptName, path } = read(event) as { scriptName: string; path: string };
      return [scriptName, path];
    };
    assert.deepEqual(of(payload2()), ["", "/a%20b/c"]);
    assert.deepEqual(of(payload2({ rawPath: "/dev/x" }, { stage: "dev" })), ["/dev", "/x"]);
    assert.deepEqual(of(payload2({ rawPath: "/dev" }, { stage: "dev" })), ["/dev", ""]);
    assert.deepEqual(of(payload2({ rawPath: "/device" }, { stage: "dev" })), ["", "/device"]);
    assert.deepEqual(of(payload2({}, { stage: undefined })), ["", "/a%20b/c"]);
    assert.deepEqual(of(payload1()), ["/prod", "/hello"]);
    assert.deepEqual(of(payload1({}, { path: "/base/hello" })), ["", "/hello"]);
    assert.deepEqual(of(payload1({ path: "/prod" }, { path: "/prod/prod" })), ["/prod", "/prod"]);
    assert.deepEqual(of(payload1({ path: "/prod/x" }, { path: "/base/prod/x" })), ["", "/prod/x"]);
  });

  it("has its query as the client sent it, or encoded anew", () => {
    assert.equal(read(payload2())?.query, "x=1&y=%20");
    assert.equal(read(payload1())?.query, "q=1&q=%C3%A4%20%26");
    assert.equal(read(payload1({ multiValueQueryStringParameters: null }))?.query, "q=2");
    assert.equal(read(alb())?.query, "q=%26a");
    assert.equal(read(albLists())?.query, "q=1&q=2%20");
    assert.equal(read(lattice())?.query, "q=1&q=2");
    assert.equal(read(lattice({ path: "/p?z=%20" }))?.query, "z=%20");
    assert.equal(
      read(
        payload1({
          queryStringParameters: null,
          multiValueQueryStringParameters: { "\ud800": ["1"] },
        }),
      )?.query,
      "%EF%BF%BD=1",
    );
  });

  it("has each value of a header, cookies apart and once", () => {
    const two = read(payload2());
    assert.deepEqual(two?.cookies, ["one=1", "two=2"]);
    assert.ok(!two?.headers.some(([name]) => name === "cookie"));
    assert.deepEqual(read(payload1())?.headers, [
      ["Host", "example.org"],
      ["X-List", "a"],
      ["X-List", "b"],
    ]);
    assert.deepEqual(read(albLists())?.cookies, ["a=1", "b=2"]);
    const both = albLists({ headers: { cookie: "a=1", "x-single": "s" } });
    assert.deepEqual(read(both)?.cookies, ["a=1", "b=2"]);
    assert.ok(read(both)?.headers.some(([name]) => name === "x-single"));
    assert.deepEqual(read(lattice())?.headers, [
      ["host", "service.lattice"],
      ["x-plain", "text"],
      ["x-list", "a"],
      ["x-list", "b"],
    ]);
    assert.deepEqual(read(payload1({ headers: null, multiValueHeaders: null }))?.headers, []);
  });

  it("has its body decoded, and none where there is none", () => {
    assert.deepEqual(read(payload2())?.body, Buffer.from("ü"));
    assert.deepEqual(read(lattice())?.body, Buffer.from([0, 255]));
    assert.equal(read(alb())?.body, undefined);
    assert.equal(read(payload1())?.body, undefined);
    assert.deepEqual(read(payload2({ isBase64Encoded: undefined }))?.body, Buffer.from("ü"));
  });

  it("tells who sent it, or the last one that a proxy saw", () => {
    assert.equal(read(payload2())?.remoteAddress, "198.51.100.7");
    assert.equal(read(payload1())?.remoteAddress, "198.51.100.7");
    assert.equal(read(alb())?.remoteAddress, "203.0.113.9");
    const several = { "x-forwarded-for": "203.0.113.1, 203.0.113.2" };
    assert.equal(read(alb({ headers: several }))?.remoteAddress, "203.0.113.2");
    assert.equal(
      read(webSocket({ headers: { "X-Forwarded-For": "" } }))?.remoteAddress,
      "198.51.100.7",
    );
    assert.equal(read(lattice())?.remoteAddress, undefined);
  });

  it("has no method when it is a message of a WebSocket", () => {
    assert.equal(read(webSocket({ httpMethod: "GET", path: "/" }))?.method, undefined);
    assert.equal(read(lattice())?.method, "PUT");
  });
});
