/**
 * The value at a place from the least, 1 being the least, among the first `length` values, whose order changes. Hoare's FIND
 * with the median of three for a pivot: about three comparisons a value, no memory.
 */
export function ranked(values: Float64Array, length: number, place: number): number {
  const wanted = place - 1;
  let low = 0;
  let high = length - 1;
  while (low < high) {
    const pivot = middleOf(values[low]!, values[(low + high) >>> 1]!, values[high]!);
    let i = low;
    let j = high;
    while (i <= j) {
      while (values[i]! < pivot) i++;
      while (values[j]! > pivot) j--;
      if (i > j) break;
      const value = values[i]!;
      values[i++] = values[j]!;
      values[j--] = value;
    }
    if (wanted <= j) high = j;
    else if (wanted >= i) low = i;
    else break;
  }
  return values[wanted]!;
}

function middleOf(a: number, b: number, c: number): number {
  return Math.max(Math.min(a, b), Math.min(Math.max(a, b), c));
}
