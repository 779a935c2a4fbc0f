// Each layer keeps its own filter while others are looked at. Pure.

import type { State } from "../state";

/** The filter of a layer; `current` is the one in the table. */
export function filterOf({ filter, filters }: Pick<State, "filter" | "filters">, layer: string, current: string | undefined): string {
  return layer === current ? filter : filters[layer] ?? "";
}

/** Another layer comes into the table, with the filter that it had; the one before keeps its own. */
export function turnTo(layer: string, { filter, filters }: Pick<State, "filter" | "filters">, current: string | undefined): Pick<State, "layer" | "filter" | "filters" | "order"> {
  const { [layer]: before = "", ...others } = filters;
  return { layer, filter: before, filters: current && filter ? { ...others, [current]: filter } : others, order: "" };
}
