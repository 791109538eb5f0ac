// Floor: the bare client decodes the event to text and encodes it again. What a function of the
// `string` convention cannot beat.
"use strict";

const { serve } = require("./socket-client.cjs");

serve((event, respond) => respond(Buffer.from(event.toString())));
