// Starts the page: learns the region and the reps, lays out the parts, and keeps panels, map and address in step.

import { api, ApiError } from "./api";
import { App } from "./app";
import { debounce, h, mount, byKey, type Child } from "./dom";
import { isTool } from "./extras";
import { wide } from "./layout";
import { RondoMap } from "./map/map";
import { stayUsable } from "./offline";
import { drawBar } from "./panels/bar";
import { cardPanel } from "./panels/card";
import { coveragePanel } from "./panels/coverage";
import { dayPanel } from "./panels/day";
import { handoverPanel } from "./panels/handover";
import { acceptDrops } from "./panels/import";
import { nearbyPanel } from "./panels/nearby";
import { errorState, iconButton, skeleton } from "./panels/parts";
import { accountTable } from "./panels/table";
import { PrintSheet } from "./print";
import { Sheet } from "./sheet";
import { Stage } from "./stage";
import { Store, type State } from "./state";
import { texts } from "./texts";
import type { IconName } from "./icons";
import { toastArea } from "./toast";
import "./styles/tokens.css";
import "./styles/page.css";
import "./styles/panels.css";
import "./styles/day.css";
import "./styles/lists.css";
import "./styles/card.css";
import "./styles/coverage.css";
import "./styles/import.css";
import "./styles/proposal.css";
import "./styles/map.css";
import "./styles/data.css";
import "./styles/print.css";

const root = document.querySelector<HTMLElement>("#app");

async function start(place: HTMLElement): Promise<void> {
  mount(place, h("div", { class: "start" }, skeleton(4)));
  try {
    const [meta, reps] = await Promise.all([api.meta(), api.reps()]);
    layOut(place, new App(new Store(window), meta, reps.features.map((feature) => feature.properties)));
  } catch (cause) {
    if (!(cause instanceof ApiError)) throw cause;
    mount(place, h("main", { class: "start" }, errorState(cause, () => void start(place))));
  }
}

/** So far from its edge the tools reach over the map of a phone, more than is left free anyway, in pixels. */
const TOOLS = 28;
/** Down to where the coordinates reach over the map of a phone, in pixels: see .readout-place in data.css. */
const READOUT = 96;

function layOut(place: HTMLElement, app: App): void {
  const bar = h("header", { class: "bar" });
  const mapElement = h("div", { class: "map", role: "region", "aria-label": texts.mapLabel });
  const dock = h("div", { class: "dock" });
  const sheet = new Sheet(() => queueMicrotask(() => fitMargins()));
  const panelButton = (panel: "reach" | "measure", label: string, sign: IconName) => iconButton(label, sign, () =>
    app.store.go(app.state.panel === panel ? { panel: null } : { panel, account: null, feature: null }), `tool-${panel}`);
  const tools = h("div", { class: "map-tools" },
    iconButton(texts.fit, "fit", () => (app.state.view === "day" ? app.map.fitTour() : app.map.fitEverything())),
    panelButton("reach", texts.reach.title, "reach"), panelButton("measure", texts.measure.title, "ruler"),
    iconButton(texts.print.open, "print", () => app.store.go({ print: true }), "print"),
    h("button", { type: "button", class: "icon-button zoom", "aria-label": texts.zoomIn, onclick: () => app.map.zoomBy(1) }, "+"),
    h("button", { type: "button", class: "icon-button zoom", "aria-label": texts.zoomOut, onclick: () => app.map.zoomBy(-1) }, "−"));
  const readout = h("div", { class: "readout-place" });
  const print = new PrintSheet(app, mapElement);
  const main = h("main", { class: "main" }, print.head, mapElement, readout, tools, dock, sheet.element, print.foot);
  mount(place, h("a", { class: "skip", href: "#list" }, texts.skip), bar, print.bar, main, toastArea());
  document.title = `${texts.brand} · ${app.meta.region.name}`;

  fitMargins();
  const remember = debounce(() => app.store.refine({ map: app.map.view() }), 200);
  let settled = false;
  app.map = new RondoMap(mapElement, app.meta.region.bbox, app.state.map, {
    choose: (account) => app.open(account),
    moved: () => {
      if (settled) remember();
    },
  });

  fitMargins();

  function fitMargins(): void {
    const phone = !wide.matches;
    const day = app.state.view === "day";
    const bottom = phone ? sheet.height() : 0;
    document.documentElement.style.setProperty("--covered", `${bottom}px`);
    place.dataset["view"] = app.state.view;
    place.dataset["panel"] = app.state.panel ?? "";
    place.dataset["layout"] = phone ? "phone" : "desk";
    main.classList.toggle("with-dock", !phone && !day);
    // On a phone the coordinates lie over the map's upper edge. Nothing does on paper.
    const top = phone && app.state.view === "data" ? READOUT : 0;
    app.map?.setMargins(app.state.print ? { top: 0, left: 0, right: 0, bottom: 0 } : { top, left: 0, right: phone ? TOOLS : 0, bottom });
  }

  const stage = new Stage(app);
  app.onMapDraw(() => stage.drawTour());

  function panel(): Child[] {
    const { state } = app;
    if (state.account) return cardPanel(app, state.account);
    if (isTool(state)) return app.extras.tools?.panel() ?? [skeleton(5)];
    if (state.view === "data") return app.extras.data?.panel(wide.matches) ?? [skeleton(8)];
    if (state.view === "coverage") return coveragePanel(app, wide.matches);
    if (state.panel === "nearby") return nearbyPanel(app);
    if (state.panel === "handover") return handoverPanel(app);
    return dayPanel(app);
  }

  app.onDraw(() => {
    drawBar(bar, app);
    mount(sheet.body, panel);
    sheet.element.setAttribute("aria-label", app.state.view === "day" ? texts.day.tour : texts.views[app.state.view]);
    drawTable();
    print.draw();
    fitMargins();
    stage.draw();
  });

  function drawTable(): void {
    const { view } = app.state;
    const table = view === "coverage" ? accountTable(app).element : view === "data" ? app.extras.data?.drawTable() : undefined;
    if (table && wide.matches && table.parentElement !== dock) mount(dock, table);
    if (view === "coverage") accountTable(app).draw();
    const place = view === "data" ? app.extras.data?.drawReadout() : undefined;
    if (place?.parentElement !== readout) readout.replaceChildren(...(place ? [place] : []));
  }

  app.store.on((now, before) => {
    if (onlyMap(now, before)) {
      if (now.map && !sameView(now, app)) app.map.setView(now.map);
      app.followCells();
      stage.draw();
      return;
    }
    if (now.map && before.map !== now.map && !sameView(now, app)) app.map.setView(now.map);
    if (now.date !== before.date || now.rep !== before.rep) stage.refit();
    if (now.view !== before.view) {
      fitMargins();
      app.map.resize();
      if (!now.map) app.map.fitEverything();
    }
    if (now.account !== before.account || now.feature !== before.feature) sheet.reveal();
    if (now.print !== before.print) print.toggle(now.print);
    app.follow();
    if (now.account !== before.account || now.panel !== before.panel || now.feature !== before.feature) focusAfterOpening(now, before);
  });

  function focusAfterOpening(now: State, before: State): void {
    requestAnimationFrame(() => requestAnimationFrame(() => {
      const opened = now.account ?? now.feature ?? now.panel;
      // The table keeps the focus of whoever walks through it.
      if (now.feature !== null && dock.contains(document.activeElement)) return;
      const tool = before.panel === "way" ? `leg-${before.leg}` : before.panel && isTool(before) ? `tool-${before.panel}` : before.panel;
      const key = opened ? "card-back" : before.account ? (now.view === "day" ? `row-${before.account}` : `account-${before.account}`) : before.feature !== null ? `feature-${before.feature}` : tool;
      if (key) byKey(place, key)?.focus({ preventScroll: Boolean(opened) });
    }));
  }

  addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || event.defaultPrevented) return;
    if (app.state.print) app.store.go({ print: false });
    else if (app.extras.tools?.cancel()) return;
    else if (app.moving) app.stopMoving();
    else if (app.editing) app.setEditing(false);
    else if (app.state.account) app.open(null);
    else if (app.state.feature !== null) app.store.go({ feature: null });
    else if (app.state.panel) app.store.go({ panel: null, leg: null, way: 0, from: null, line: [] });
    else if (app.draft.day) void app.draft.undo();
    else if (sheet.current === "full") sheet.set("half");
  });
  addEventListener("pointerdown", () => app.press(true), true);
  for (const end of ["pointerup", "pointercancel", "dragend"]) addEventListener(end, () => app.press(false), true);
  addEventListener("blur", () => app.press(false));
  wide.addEventListener("change", () => {
    app.map.resize();
    app.follow();
  });
  new ResizeObserver(() => app.map.resize()).observe(mapElement);
  acceptDrops(app, place);
  if (!app.state.map) app.map.fitEverything();
  if (app.state.print) print.toggle(true);
  app.follow();
  requestAnimationFrame(() => {
    settled = true;
  });
}

function onlyMap(now: State, before: State): boolean {
  return now.map !== before.map && Object.keys(now).every((key) => key === "map" || now[key as keyof State] === before[key as keyof State]);
}

function sameView(state: State, app: App): boolean {
  const at = app.map.view();
  return state.map !== null && state.map.zoom === at.zoom && Math.abs(state.map.lon - at.lon) < 1e-4 && Math.abs(state.map.lat - at.lat) < 1e-4;
}

// Without HTTPS (but on this machine) browsers have no such helper.
if ("serviceWorker" in navigator && import.meta.env.PROD) void stayUsable(navigator.serviceWorker).catch(() => undefined);

if (root) void start(root);
