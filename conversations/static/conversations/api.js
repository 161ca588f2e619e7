// The REST API, called as the person who is signed in. A refusal becomes a Problem with words for people.

const WORDS = {
  401: "You are signed out. Reload the page to sign in again.",
  403: "You are signed out, or may not do this. Reload the page and try again.",
  404: "This is no longer there.",
  413: "This message is too long.",
  429: "Too many requests at once. Wait a moment and try again.",
  500: "Something went wrong on the server. It has been noted; try again.",
  503: "The server is busy with itself. Try again in a moment.",
};

export class Problem extends Error {
  constructor(words, { status = 0, details = [] } = {}) {
    super(words);
    this.status = status;
    this.details = details;
  }
}

export async function call(method, path, { body, headers = {} } = {}) {
  const sent = { Accept: "application/json", "X-CSRFToken": csrfToken(), ...headers };
  if (body !== undefined) sent["Content-Type"] = "application/json";
  let answer;
  try {
    answer = await fetch(`/api/v1${path}`, {
      method,
      headers: sent,
      body: body === undefined ? undefined : JSON.stringify(body),
    });
  } catch {
    throw new Problem("The server cannot be reached. Check the connection and try again.");
  }
  const document = await answer.json().catch(() => null);
  if (!answer.ok) throw problemOf(answer.status, document);
  return document;
}

function problemOf(status, document) {
  const details = (document?.errors ?? []).map((one) => one.detail);
  const saysWhy = [400, 409, 415, 422].includes(status) && document?.detail;
  const words = saysWhy ? document.detail : (WORDS[status] ?? document?.detail ?? "This did not work.");
  return new Problem(words, { status, details });
}

function csrfToken() {
  return document.querySelector('meta[name="csrf-token"]').content;
}
