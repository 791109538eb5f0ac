// Floor: the bare client calls a function of the Fetch API with a Request of the event's URL and
// posts its text.
"use strict";

const { join } = require("node:path");
const { serve } = require("./socket-client.cjs");

const loading = import(join(__dirname, "../handlers/page.mjs"));

serve(async (event, respond) => {
  const { rawPath, rawQueryString } = JSON.parse(event.toString());
  const { default: app } = await loading;
  const answer = app.fetch(new Request(`https://localhost${rawPath}?${rawQueryString}`));
  respond(Buffer.from(await answer.text()));
});
