/** The answers of this session, kept in this tab only. */

import { $, h, save } from "./dom.js";
import { percent } from "./format.js";

const KEY = "temadapter-session";
const MOST = 200;
let entries = []; // { job, videoId, videoName, answer, correct }
let onOpen = () => {};
let active = null;

export function start(open) {
  onOpen = open;
  try { entries = JSON.parse(sessionStorage.getItem(KEY) || "[]"); } catch { entries = []; }
  $("save-json").addEventListener("click", () =>
    save("answers.json", JSON.stringify(entries.map((entry) => entry.answer), null, 2), "application/json"));
  $("save-csv").addEventListener("click", () => save("answers.csv", csv(), "text/csv"));
  $("clear").addEventListener("click", () => { entries = []; keep(); });
  draw();
}

export function add(entry) {
  entries = [entry, ...entries].slice(0, MOST);
  active = entry;
  keep();
}

export function mark(entry) {
  active = entry;
  draw();
}

function keep() {
  try { sessionStorage.setItem(KEY, JSON.stringify(entries)); } catch { /* full: it stays on the page */ }
  draw();
}

function draw() {
  $("history").hidden = !entries.length;
  $("history-list").replaceChildren(...entries.map((entry) => h("li", {},
    h("button", { type: "button", class: "plain entry", "aria-current": entry === active ? "true" : null, onclick: () => onOpen(entry) },
      h("span", { class: "asked" }, entry.answer.question),
      h("span", { class: "got" }, entry.answer.answer),
      h("span", { class: "value" }, percent(entry.answer.probabilities[entry.answer.index])),
      h("span", { class: "quiet where" }, entry.videoName)))));
}

function csv() {
  const most = Math.max(...entries.map((entry) => entry.answer.options.length));
  const numbers = Array.from({ length: most }, (_, index) => index + 1);
  const head = ["video", "question", "answer", "probability", ...numbers.flatMap((n) => [`option${n}`, `probability${n}`]), "none_fits", "read_as", "evidence_seconds"];
  const rows = entries.map(({ answer }) => [
    answer.video, answer.question, answer.answer, answer.probabilities[answer.index],
    ...numbers.flatMap((n) => [answer.options[n - 1] ?? "", answer.probabilities[n - 1] ?? ""]),
    answer.none_fits ?? "", answer.event_descriptions[answer.index], answer.evidence.map((moment) => moment.time).join(" "),
  ]);
  return [head, ...rows].map((row) => row.map(cell).join(",")).join("\r\n") + "\r\n";
}

/** Quote a cell; a text that a spreadsheet would take for a formula gets an apostrophe. */
function cell(value) {
  if (typeof value === "number") return String(value);
  const text = /^[=+\-@\t\r]/.test(value) ? `'${value}` : value;
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
