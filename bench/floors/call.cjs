// Floor: the bare client calls a function with the parsed event. The lower bound of `function`
// mode.
"use strict";

const { serve } = require("./socket-client.cjs");

/** @param {unknown} event */
const handler = async (event) => event;

serve(async (event, respond) => {
  const result = await handler(JSON.parse(event.toString()));
  respond(Buffer.from(JSON.stringify(result)));
});
