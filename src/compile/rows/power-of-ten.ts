import { numberLiteral } from "../literal.ts";

/** Source of `value` times 10^power, or divided by 10^-power: one IEEE operation, or none for 0. */
export function timesPowerOfTen(value: string, power: number): string {
  if (power === 0) return value;
  const factor = numberLiteral(Number(`1e${Math.abs(power)}`));
  return power > 0 ? `${value} * ${factor}` : `${value} / ${factor}`;
}
