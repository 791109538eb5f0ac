// Floor: the bare client answers with the event's own bytes. What the transport alone costs.
"use strict";

const { serve } = require("./socket-client.cjs");

serve((event, respond) => respond(event));
