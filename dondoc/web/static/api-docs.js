"use strict";
// The page of the API: its description as a table that can be tried out. A token that is typed in
// stays in this page and is gone with it.
document.addEventListener("DOMContentLoaded", () => {
  const place = document.getElementById("swagger");
  window.SwaggerUIBundle({
    domNode: place,
    url: place.dataset.url,
    deepLinking: false,
    docExpansion: "list",
    defaultModelsExpandDepth: -1,
    persistAuthorization: false,
    syntaxHighlight: false,
    validatorUrl: null,
  });
});
