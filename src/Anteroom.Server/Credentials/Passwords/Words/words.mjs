// Makes the list of refused passwords (RefusedWords.cs): the first five bytes of the SHA-256 of each word, sorted.
// node words.mjs <node_modules> <output>
import { createHash } from "node:crypto";
import { readFileSync, writeFileSync } from "node:fs";

const entryBytes = 5;
const shortest = 4; // PasswordShapes.ShortestWord
const fewest = 100_000; // SEC-211

const [modules, output] = process.argv.slice(2);
const sources = [
  "language-common/src/passwords.json",
  "language-en/src/commonWords.json",
  "language-en/src/wikipedia.json",
  "language-en/src/firstnames.json",
  "language-en/src/lastnames.json",
];

const words = new Set();
for (const source of sources) {
  const list = JSON.parse(readFileSync(`${modules}/@zxcvbn-ts/${source}`, "utf8"));
  if (!Array.isArray(list) || list.length === 0) throw new Error(`${source} is not a list of words any more.`);
  for (const word of list) {
    const folded = String(word).normalize("NFC").toLowerCase();
    if (folded.length >= shortest) words.add(folded);
  }
}
if (words.size < fewest) throw new Error(`Only ${words.size} words are refused; ${fewest} are asked for.`);

const entries = [...words].map((word) => createHash("sha256").update(word, "utf8").digest().subarray(0, entryBytes));
entries.sort(Buffer.compare);
writeFileSync(output, Buffer.concat(entries));
