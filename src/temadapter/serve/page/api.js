/** Talking to the server. Every failure becomes a `Failure` with a sentence for people. */

export class Failure extends Error {
  constructor(message, { status = 0, code = "", retryAfter = 0 } = {}) {
    super(message);
    Object.assign(this, { status, code, retryAfter });
  }
}

const UNREACHABLE = "The server does not answer. Is it still running?";
let onLocked = null;

/** Say what to do when the server wants its token; it is asked for once, and the request repeated. */
export const whenLocked = (action) => { onLocked = action; };

async function failureOf(response) {
  let data = {};
  try { data = await response.json(); } catch { /* no JSON: the status must do */ }
  return new Failure(data.error || `The server answered ${response.status}.`, {
    status: response.status,
    code: data.code || "",
    retryAfter: Number(response.headers.get("Retry-After")) || 0,
  });
}

function contentOf(response) {
  if (response.status === 204) return null;
  return response.headers.get("Content-Type")?.startsWith("image/") ? response.blob() : response.json();
}

async function request(path, options = {}) {
  for (;;) {
    let response;
    try {
      response = await fetch(path, { credentials: "same-origin", ...options });
    } catch (error) {
      if (error.name === "AbortError") throw error;
      throw new Failure(UNREACHABLE);
    }
    if (response.ok) return contentOf(response);
    if (response.status === 401 && onLocked && path !== "api/session") {
      await onLocked();
      continue;
    }
    throw await failureOf(response);
  }
}

export const openSession = (token) =>
  request("api/session", { method: "POST", headers: { Authorization: `Bearer ${token}` } });

export const info = () => request("api/info");

export const videos = (search, offset) =>
  request(`api/videos?limit=24&offset=${offset}&search=${encodeURIComponent(search)}`);

export const video = (id) => request(`api/videos/${encodeURIComponent(id)}`);

export const convert = (id) => request(`api/videos/${encodeURIComponent(id)}/convert`, { method: "POST" });

export const forget = (id) =>
  request(`api/videos/${encodeURIComponent(id)}`, { method: "DELETE" }).catch(() => null);

export const fileUrl = (id, version) => `api/videos/${encodeURIComponent(id)}/file?v=${version}`;

export const frameUrl = (id, time, width) =>
  `api/videos/${encodeURIComponent(id)}/frame?t=${Math.max(0, time).toFixed(2)}&width=${width}`;

export const figure = (job) => request(`api/jobs/${encodeURIComponent(job)}/figure.png`);

export const cancel = (job) =>
  request(`api/jobs/${encodeURIComponent(job)}`, { method: "DELETE", keepalive: true });

export const job = (id, wait, signal) => request(`api/jobs/${encodeURIComponent(id)}?wait=${wait}`, { signal });

export const ask = (videoId, question, options) =>
  request("api/ask", {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify({ video: videoId, question, options }),
  });

/** Upload a file. `report(fraction)` follows it; aborting `signal` ends it. */
export function upload(file, report, signal) {
  return new Promise((resolve, reject) => {
    const form = new FormData();
    form.append("video", file, file.name);
    const sending = new XMLHttpRequest();
    sending.open("POST", "api/videos");
    sending.responseType = "json";
    sending.upload.onprogress = (event) => event.lengthComputable && report(event.loaded / event.total);
    sending.onload = () => {
      if (sending.status < 300) return resolve(sending.response);
      const data = sending.response || {};
      reject(new Failure(data.error || `The server answered ${sending.status}.`, {
        status: sending.status,
        code: data.code,
        retryAfter: Number(sending.getResponseHeader("Retry-After")) || 0,
      }));
    };
    sending.onerror = () => reject(new Failure(UNREACHABLE));
    sending.onabort = () => reject(new DOMException("Cancelled.", "AbortError"));
    signal.addEventListener("abort", () => sending.abort());
    sending.send(form);
  });
}

export const pause = (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds));
