// Tools on the map that are fetched when first needed: reach, measuring, ways.

import type { App } from "../app";
import type { Child } from "../dom";
import { AvoidAreas } from "./avoid";
import { Measure } from "./measure";
import { ReachTool } from "./reach";
import { Ways } from "./ways";

export class Tools {
  private readonly avoid: AvoidAreas;
  private readonly reach: ReachTool;
  private readonly measure: Measure;
  private readonly ways: Ways;

  constructor(private readonly app: App) {
    this.avoid = new AvoidAreas(app);
    this.reach = new ReachTool(app, this.avoid);
    this.measure = new Measure(app);
    this.ways = new Ways(app, this.avoid);
  }

  follow(): void {
    const { panel } = this.app.state;
    this.avoid.follow(panel === "reach" || panel === "way");
    this.reach.follow();
    this.measure.follow();
    this.ways.follow();
  }

  panel(): Child[] {
    const { panel } = this.app.state;
    return panel === "reach" ? this.reach.panel() : panel === "measure" ? this.measure.panel() : this.ways.panel();
  }

  /** Stops what is being drawn; whether anything was. */
  cancel(): boolean {
    return this.avoid.cancel();
  }
}
