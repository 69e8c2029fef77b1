export interface Piece {
  text: string;
  kind: "same" | "removed" | "added";
}
const MOST = 400;

/** Which words went and which came: the longest common subsequence over words; long texts are told apart as a whole. */
export function wordDiff(before: string, after: string): Piece[] {
  const a = before.split(/(\s+)/);
  const b = after.split(/(\s+)/);
  if (a.length > MOST || b.length > MOST)
    return [
      { text: before, kind: "removed" },
      { text: after, kind: "added" },
    ];
  const length: Uint16Array[] = Array.from({ length: a.length + 1 }, () => new Uint16Array(b.length + 1));
  for (let i = a.length - 1; i >= 0; i--)
    for (let j = b.length - 1; j >= 0; j--)
      length[i]![j] = a[i] === b[j] ? length[i + 1]![j + 1]! + 1 : Math.max(length[i + 1]![j]!, length[i]![j + 1]!);
  const pieces: Piece[] = [];
  const push = (text: string, kind: Piece["kind"]): void => {
    const last = pieces.at(-1);
    if (last?.kind === kind) last.text += text;
    else if (text) pieces.push({ text, kind });
  };
  let i = 0;
  let j = 0;
  while (i < a.length || j < b.length) {
    if (i < a.length && j < b.length && a[i] === b[j]) {
      push(a[i]!, "same");
      i++;
      j++;
    } else if (i < a.length && (j === b.length || length[i + 1]![j]! >= length[i]![j + 1]!)) push(a[i++]!, "removed");
    else push(b[j++]!, "added");
  }
  return pieces;
}
