// Floor: the bare client answers with the event's own bytes. The cost of the transport alone.
"use strict";

const { serve } = require("./socket-client.cjs");

serve((event, respond) => respond(event));
