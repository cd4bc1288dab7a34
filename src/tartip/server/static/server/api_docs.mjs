// Draws the description of the API. The bundle is loaded before this module, which is deferred.
/* global SwaggerUIBundle */
const place = document.querySelector('#api');

SwaggerUIBundle({
  url: place.dataset.openapi,
  domNode: place,
  presets: [SwaggerUIBundle.presets.apis],
  layout: 'BaseLayout',
  deepLinking: true,
  docExpansion: 'list',
  validatorUrl: null, // the public validator is another server
  // A request tried here goes out under the session of this browser.
  requestInterceptor: (request) => {
    request.headers['X-CSRFToken'] = place.dataset.csrf;
    return request;
  },
});
