// Requests as each source sends them, made small: a test changes what it is about.

type Fields = Record<string, unknown>;

export function payload2(change: Fields = {}, context: Fields = {}): Fields {
  return {
    version: "2.0",
    routeKey: "$default",
    rawPath: "/a%20b/c",
    rawQueryString: "x=1&y=%20",
    cookies: ["one=1", "two=2"],
    headers: {
      host: "example.org:8443",
      "content-type": "text/plain",
      "x-forwarded-for": "203.0.113.1, 203.0.113.2",
      "x-list": "a,b",
      cookie: "one=1; two=2",
    },
    requestContext: {
      domainName: "id.lambda-url.us-east-1.on.aws",
      http: { method: "POST", path: "/a b/c", protocol: "HTTP/1.1", sourceIp: "198.51.100.7" },
      stage: "$default",
      ...context,
    },
    body: "ü",
    isBase64Encoded: false,
    ...change,
  };
}

export function payload1(change: Fields = {}, context: Fields = {}): Fields {
  return {
    resource: "/{proxy+}",
    path: "/hello",
    httpMethod: "GET",
    headers: { Host: "example.org", "X-List": "b" },
    multiValueHeaders: { Host: ["example.org"], "X-List": ["a", "b"] },
    queryStringParameters: { q: "2" },
    multiValueQueryStringParameters: { q: ["1", "ä &"] },
    requestContext: {
      path: "/prod/hello",
      stage: "prod",
      protocol: "HTTP/1.1",
      httpMethod: "GET",
      identity: { sourceIp: "198.51.100.7" },
      ...context,
    },
    body: null,
    isBase64Encoded: false,
    ...change,
  };
}

export function alb(change: Fields = {}): Fields {
  return {
    requestContext: { elb: { targetGroupArn: "arn:aws:elasticloadbalancing:x" } },
    httpMethod: "GET",
    path: "/%E2%82%AC",
    queryStringParameters: { q: "%26a" },
    headers: {
      host: "lb.example.org",
      "x-forwarded-for": "203.0.113.9",
      "x-forwarded-proto": "http",
    },
    body: "",
    isBase64Encoded: false,
    ...change,
  };
}

/** With lists for values, as a target group can be set to. */
export function albLists(change: Fields = {}): Fields {
  return alb({
    headers: undefined,
    multiValueHeaders: { host: ["lb.example.org"], cookie: ["a=1", "b=2"], "x-list": ["1", "2"] },
    queryStringParameters: undefined,
    multiValueQueryStringParameters: { q: ["1", "2%20"] },
    ...change,
  });
}

export function lattice(change: Fields = {}): Fields {
  return {
    version: "2.0",
    path: "/p",
    method: "PUT",
    headers: { host: ["service.lattice"], "x-plain": "text", "x-list": ["a", "b"] },
    queryStringParameters: { q: ["1", "2"] },
    body: "AP8=",
    isBase64Encoded: true,
    requestContext: { serviceArn: "arn:aws:vpc-lattice:x" },
    ...change,
  };
}

export function webSocket(change: Fields = {}): Fields {
  return {
    requestContext: {
      routeKey: "$default",
      eventType: "MESSAGE",
      connectionId: "c1=",
      domainName: "id.execute-api.us-east-1.amazonaws.com",
      stage: "live",
      identity: { sourceIp: "198.51.100.7" },
    },
    body: "hello",
    isBase64Encoded: false,
    ...change,
  };
}
