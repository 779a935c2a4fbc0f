// Parts of the page that only some views need: fetched when the first of these is opened.

import type { App } from "./app";
import type { DataPart } from "./data";
import type { State } from "./state";
import type { Tools } from "./tools";

export class Extras {
  data: DataPart | null = null;
  tools: Tools | null = null;
  private readonly fetching = new Set<string>();

  constructor(private readonly app: App) {}

  /** Fetches what the state needs, and lets what is here follow it. */
  follow(state: State): void {
    if (state.view === "data") this.fetch("data", async () => (this.data = new (await import("./data")).DataPart(this.app)), this.data);
    if (isTool(state)) this.fetch("tools", async () => (this.tools = new (await import("./tools")).Tools(this.app)), this.tools);
    this.data?.follow();
    this.tools?.follow();
  }

  private fetch(name: string, load: () => Promise<unknown>, there: unknown): void {
    if (there || this.fetching.has(name)) return;
    this.fetching.add(name);
    void load().then(() => this.app.follow(), () => this.app.offline()).finally(() => this.fetching.delete(name));
  }
}

/** Whether the panel is one of the tools'. */
export function isTool({ panel }: State): boolean {
  return panel === "reach" || panel === "measure" || panel === "way";
}
