// How features look: the style hints of a collection, /ogc/collections/{id}/styles/{style}.json.

import type { PathOptions } from "leaflet";

export interface Look {
  label: string;
  style: PathOptions & { radius?: number };
  shape?: string;
  casing?: PathOptions;
}

type Rule = Look & { value?: string | number | boolean; from?: number; to?: number };

export interface StyleHint {
  title: string;
  property: string | null;
  rules: Rule[];
  otherwise: Look | null;
  label: string | null;
}

const plain: Look = { label: "", style: { color: "#0b6e99", weight: 2, fill: false, radius: 4 } };

/** The look of a feature with these properties: the first rule that holds; the last range holds its end too. */
export function lookOf(hint: StyleHint, properties: Record<string, unknown> | null): Look {
  const value = hint.property === null ? undefined : properties?.[hint.property];
  const found = hint.rules.find((rule, i) => {
    if (rule.from === undefined || rule.to === undefined) return rule.value === value;
    if (typeof value !== "number") return false;
    return value >= rule.from && (value < rule.to || (i === hint.rules.length - 1 && value === rule.to));
  });
  return found ?? hint.otherwise ?? plain;
}
