// Floor: the bare client decodes the event to text and encodes it again. The lower bound of a
// function of the `string` convention.
"use strict";

const { serve } = require("./socket-client.cjs");

serve((event, respond) => respond(Buffer.from(event.toString())));
