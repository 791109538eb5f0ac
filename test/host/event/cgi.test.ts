import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import { cgiVariables } from "../../../host/event/cgi.ts";
import { type HttpRequest, readHttpRequest } from "../../../host/event/http-request.ts";
import { alb, albLists, lattice, payload1, payload2, webSocket } from "./http-events.ts";

function variables(event: unknown): Readonly<Record<string, string>> {
  const request = readHttpRequest(Buffer.from(JSON.stringify(event)));
  return cgiVariables(request as HttpRequest).variables;
}

function withHeaders(headers: Record<string, string>) {
  return variables(payload2({ headers, cookies: [] }));
}

describe("the variables of CGI", () => {
  it("tell a request of payload 2.0", () => {
    const { SERVER_SOFTWARE, ...rest } = variables(payload2());
    assert.match(SERVER_SOFTWARE as string, /^stdlambda\/\d/);
    assert.deepEqual(rest, {
      GATEWAY_INTERFACE: "CGI/1.1",
      SERVER_PROTOCOL: "HTTP/1.1",
      SERVER_NAME: "example.org",
      SERVER_PORT: "443",
      HTTPS: "on",
      REQUEST_METHOD: "POST",
      REQUEST_URI: "/a%20b/c?x=1&y=%20",
      SCRIPT_NAME: "",
      PATH_INFO: "/a b/c",
      QUERY_STRING: "x=1&y=%20",
      REMOTE_ADDR: "198.51.100.7",
      CONTENT_TYPE: "text/plain",
      CONTENT_LENGTH: "2",
      HTTP_HOST: "example.org:8443",
      HTTP_CONTENT_TYPE: "text/plain",
      HTTP_X_FORWARDED_FOR: "203.0.113.1, 203.0.113.2",
      HTTP_X_LIST: "a,b",
      HTTP_COOKIE: "one=1; two=2",
    });
  });

  it("tell requests of the other sources", () => {
    const rest = variables(payload1());
    assert.equal(rest.SCRIPT_NAME, "/prod");
    assert.equal(rest.PATH_INFO, "/hello");
    assert.equal(rest.REQUEST_URI, "/prod/hello?q=1&q=%C3%A4%20%26");
    assert.equal(rest.HTTP_X_LIST, "a, b");
    assert.equal(rest.CONTENT_LENGTH, undefined);
    const balanced = variables(alb());
    assert.equal(balanced.PATH_INFO, "/€");
    assert.equal(balanced.SERVER_PORT, "80");
    assert.equal(balanced.HTTPS, undefined);
    assert.equal(variables(albLists()).HTTP_COOKIE, "a=1; b=2");
    assert.equal(variables(lattice()).CONTENT_LENGTH, "2");
    const message = variables(webSocket());
    assert.equal(message.REQUEST_METHOD, undefined);
    assert.equal(message.SERVER_NAME, "id.execute-api.us-east-1.amazonaws.com");
    assert.equal(message.CONTENT_LENGTH, "5");
  });

  it("never make a proxy of a header", () => {
    for (const name of ["proxy", "Proxy", "PROXY"]) {
      assert.equal(withHeaders({ [name]: "http://evil" }).HTTP_PROXY, undefined);
    }
    assert.equal(withHeaders({ "Proxy-Authorization": "x" }).HTTP_PROXY_AUTHORIZATION, "x");
  });

  it("take a name with _ only where the same with - is not there", () => {
    assert.equal(withHeaders({ x_user: "forged" }).HTTP_X_USER, "forged");
    assert.equal(withHeaders({ x_user: "forged", "X-User": "true" }).HTTP_X_USER, "true");
    assert.equal(withHeaders({ "x-a_b": "forged", "x-a-b": "true" }).HTTP_X_A_B, "true");
  });

  it("are none for names that are not tokens", () => {
    const got = withHeaders({ "a b": "1", "a=b": "1", "": "1", ü: "1", "a\nb": "1", "a\0": "1" });
    assert.deepEqual(
      Object.keys(got).filter((name) => name.startsWith("HTTP_")),
      [],
    );
  });

  it("decode a path once, and leave what is not encoded text", () => {
    const pathOf = (rawPath: string) => variables(payload2({ rawPath })).PATH_INFO;
    assert.equal(pathOf("/%2525"), "/%25");
    assert.equal(pathOf("/%zz/%ff/%41"), "/%zz/%ff/A");
    assert.equal(pathOf("/a%00b%0ac"), "/a b c");
  });

  it("leave out what the system would not take, and say so", () => {
    const request = readHttpRequest(
      Buffer.from(
        JSON.stringify(payload2({ headers: { "x-long": "y".repeat(131_072), ok: "1" } })),
      ),
    ) as HttpRequest;
    const { variables: got, warning } = cgiVariables(request);
    assert.equal(got.HTTP_X_LONG, undefined);
    assert.equal(got.HTTP_OK, "1");
    assert.match(warning as string, /HTTP_X_LONG/);
  });

  it("are always an environment, whatever the request holds", () => {
    const text = fc.string({ unit: "binary" });
    const headers = fc.dictionary(text, fc.oneof(text, fc.array(text)));
    fc.assert(
      fc.property(headers, text, text, fc.array(text), (all, rawPath, body, cookies) => {
        for (const event of [
          payload2({ headers: all, rawPath, body, cookies }),
          payload1({ multiValueHeaders: all, path: rawPath, body }),
          lattice({ headers: all, queryStringParameters: all }),
        ]) {
          for (const [name, value] of Object.entries(variables(event))) {
            assert.match(name, /^[!-<>-~]+$/);
            assert.doesNotMatch(value, /[\0\r\n]/);
            assert.notEqual(name, "HTTP_PROXY");
          }
        }
      }),
    );
  });
});
