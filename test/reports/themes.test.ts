import { describe, expect, test } from "vitest";
import { THEMES, type Theme } from "../../reports/theme.ts";

/** WCAG 2's ratio of two colours, 1 to 21. */
function ratio(one: string, other: string): number {
  const [light, dark] = [luminance(one), luminance(other)].sort((a, b) => b - a) as [number, number];
  return (light + 0.05) / (dark + 0.05);
}
function luminance(color: string): number {
  const linear = (c: number): number => (c <= 0.03928 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4);
  const [r, g, b] = [0, 2, 4].map((at) => linear(Number.parseInt(color.slice(at, at + 2), 16) / 255));
  return 0.2126 * r! + 0.7152 * g! + 0.0722 * b!;
}

/** Every text and what it may stand on, with the lowest ratio. */
function weakest(theme: Theme): [number, string] {
  const pairs: [string, string, string][] = [["on the title", theme.onPrimary, theme.primary]];
  for (const name of ["ink", "muted", "link", "good", "bad", "warn"] as const)
    for (const under of ["band", "tile"] as const) pairs.push([`${name} on ${under}`, theme[name], theme[under]]);
  return pairs.map(([name, text, under]): [number, string] => [ratio(text, under), name]).sort(([a], [b]) => a - b)[0]!;
}

describe("the text of a theme", () => {
  test.each(THEMES)("$name can be read on all that it stands on", (theme) => {
    const [least, where] = weakest(theme);
    expect(`${where}: ${least >= (theme.patterned ? 7 : 4.5) ? "enough" : least.toFixed(2)}`).toBe(`${where}: enough`);
  });

  test("black and white is black, white and grey", () => {
    const {
      name: _,
      title: __,
      about: ___,
      patterned: ____,
      series,
      ...colors
    } = THEMES.find(({ name }) => name === "print")!;
    for (const color of [...series, ...Object.values(colors)]) expect(color).toMatch(/^(..)\1\1$/);
  });
});
