// A page as a function of the Fetch API.
const headers = { "content-type": "text/html; charset=utf-8" };

export default {
  /** @param {Request} request */
  fetch(request) {
    return new Response(`<h1>${new URL(request.url).search}</h1>\n`, { headers });
  },
};
