// Amounts said in capital numerals while they are typed; without this file the page does so
// once it is sent. The rules are those of `capital_yuan` in ledger/money.py.
"use strict";

const NUMERALS = "零壹贰叁肆伍陆柒捌玖";
const UNITS = [[100000000n, "亿"], [10000n, "万"], [1000n, "仟"], [100n, "佰"], [10n, "拾"]];
const SCALES = { "万": 4, "亿": 8 };

const capitals = (number) => {
  for (const [unit, mark] of UNITS) {
    if (number < unit) continue;
    const low = number % unit;
    const gap = low > 0n && low < unit / 10n ? "零" : "";
    return capitals(number / unit) + mark + gap + (low > 0n ? capitals(low) : "");
  }
  return NUMERALS[Number(number)];
};

const fenOf = (text) => {
  const plain = text.normalize("NFKC").replace(/\s|¥/g, "");
  const found = /^(\d{1,3}(?:,\d{3})+|\d{1,17})(?:\.(\d{1,10}))?([万亿])?元?$/.exec(plain);
  if (!found) return null;
  const places = 2 + (SCALES[found[3]] ?? 0);
  const decimals = found[2] ?? "";
  if (decimals.length > places) return null;
  return BigInt(found[1].replaceAll(",", "") + decimals.padEnd(places, "0"));
};

const said = (text) => {
  const fen = fenOf(text);
  if (fen === null) return "";
  const [whole, tenths, cents] = [fen / 100n, (fen / 10n) % 10n, fen % 10n];
  const none = tenths === 0n && cents === 0n;
  const gap = tenths === 0n && whole > 0n ? "零" : "";
  return (whole > 0n || none ? `${capitals(whole)}元` : "") + (none ? "整" : "") +
    (tenths > 0n ? `${capitals(tenths)}角` : "") +
    (cents > 0n ? `${gap}${capitals(cents)}分` : "");
};

for (const echo of document.querySelectorAll("output[data-capitals]")) {
  const input = echo.parentElement.querySelector("input");
  input.addEventListener("input", () => { echo.textContent = said(input.value); });
}
