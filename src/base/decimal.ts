// Fixed-point text: `12.50` at scale 2 is the stored integer 1250. Never through a float.

const PATTERN = /^(-?)(\d{1,16})(?:\.(\d{1,16}))?$/;

/** The scaled integer of a decimal text, or undefined where it is none, has more decimals than the scale or passes 2^53. */
export function parseScaled(text: string, scale: number): number | undefined {
  const match = PATTERN.exec(text);
  if (match === null) return undefined;
  const [, sign, whole = "", fraction = ""] = match;
  const kept = fraction.replace(/0+$/, "");
  if (kept.length > scale) return undefined;
  const scaled = Number(BigInt(whole + kept.padEnd(scale, "0")));
  if (!Number.isSafeInteger(scaled)) return undefined;
  return sign === "-" && scaled !== 0 ? -scaled : scaled;
}

/** The decimal text of a scaled integer, always with `scale` decimals: `formatScaled(1250, 2)` is `12.50`. */
export function formatScaled(scaled: number, scale: number): string {
  const digits = String(Math.abs(scaled)).padStart(scale + 1, "0");
  const sign = scaled < 0 ? "-" : "";
  return scale === 0 ? sign + digits : `${sign}${digits.slice(0, -scale)}.${digits.slice(-scale)}`;
}
