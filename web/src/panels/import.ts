// Bringing in a file: of accounts or of areas, by choosing it or by dropping it anywhere on the page.

import type { App } from "../app";
import { h, type Child } from "../dom";
import { accepted, isPartOfShapefile, type Holds } from "../incoming";
import { texts } from "../texts";
import { toast } from "../toast";
import { button } from "./parts";
import { reportPart } from "./report";

const kinds: Holds[] = ["accounts", "areas"];
/** How the next file is to be read. */
let crs = "";
let table = "";

export function importPart(app: App): Child[] {
  const { book } = app;
  return [form(app),
    book.importing ? h("p", { class: "note-box", role: "status" }, texts.data.importing(book.importing)) : null,
    doubtPart(app), book.report ? reportPart(app, book.report) : null];
}

function form(app: App): HTMLElement {
  const { holds } = app.book;
  const file = h("input", { type: "file", accept: accepted, class: "hidden", id: "file", "data-key": "file", onchange: (event: Event) => receive(app, (event.target as HTMLInputElement).files) });
  return h("section", { class: "import", "aria-label": texts.data.import },
    h("fieldset", { class: "holds" }, h("legend", { class: "hidden" }, texts.data.holds), kinds.map((kind) => h("label", { class: "check" }, h("input", {
      type: "radio", name: "holds", value: kind, checked: kind === holds, "data-key": `holds-${kind}`, onchange: () => app.book.expect(kind),
    }), h("span", {}, texts.data.kinds[kind])))),
    h("div", { class: "drop" }, h("strong", {}, texts.data.drop[holds]), h("p", { class: "second" }, texts.data.formats[holds]), file,
      h("label", { class: "button button-plain", for: "file" }, texts.data.choose)),
    field("crs", texts.data.crs, texts.data.crsEmpty, texts.data.crsHint, crs, (text) => (crs = text)),
    field("table", texts.data.table, texts.data.tableEmpty, texts.data.tableHint, table, (text) => (table = text)));
}

function field(key: string, label: string, placeholder: string, title: string, value: string, typed: (text: string) => void): HTMLElement {
  return h("label", { class: "crs" }, h("span", {}, label), h("input", {
    type: "text", value, placeholder, "data-key": key, spellcheck: "false", autocomplete: "off", title,
    oninput: (event: Event) => typed((event.target as HTMLInputElement).value.trim()),
  }));
}

/** A file that seems to hold something else than was said. */
function doubtPart(app: App): Child {
  const { doubt } = app.book;
  if (!doubt) return null;
  const { incoming, sent } = doubt;
  const other: Holds = incoming.holds === "accounts" ? "areas" : "accounts";
  const as = (holds: Holds) => () => void app.book.importFile({ ...incoming, holds });
  return h("div", { class: "note-box", role: "status" }, h("p", { dir: "auto" }, sent ? texts.data.refusedAs[incoming.holds](incoming.file.name) : texts.data.outlines(incoming.file.name)),
    h("div", { class: "actions" }, button(texts.data.importAs[other], as(other), { kind: "primary", key: "import-other" }),
      sent ? null : button(texts.data.importAs[incoming.holds], as(incoming.holds), { kind: "quiet", key: "import-same" })));
}

function receive(app: App, files: FileList | null | undefined): void {
  const [file, second] = files ?? [];
  if (!file) return;
  if ([...(files ?? [])].some(({ name }) => isPartOfShapefile(name))) toast(texts.data.zipIt, "error");
  else if (second) toast(texts.data.oneFile, "error");
  else app.receive({ file, holds: app.book.holds, crs, table });
}

/** Files dropped anywhere on the page are imported; over the layer of areas they hold areas. */
export function acceptDrops(app: App, root: HTMLElement): void {
  root.addEventListener("dragover", (event) => {
    if (!event.dataTransfer?.types.includes("Files")) return;
    event.preventDefault();
    root.classList.add("dropping");
  });
  root.addEventListener("dragleave", (event) => {
    if (!root.contains(event.relatedTarget as Node | null)) root.classList.remove("dropping");
  });
  root.addEventListener("drop", (event) => {
    root.classList.remove("dropping");
    if (!event.dataTransfer?.files.length) return;
    event.preventDefault();
    if (app.state.view === "data" && app.state.layer === "areas") app.book.expect("areas");
    receive(app, event.dataTransfer.files);
  });
}
